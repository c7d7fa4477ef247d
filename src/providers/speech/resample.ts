const tapsPerSide = 16

/**
 * The same sound at another rate, by a windowed sinc: images and aliases stay 60 dB down, the length is right to a
 * sample. Rates are whole hertz.
 */
export function resample(samples: Float32Array, fromHz: number, toHz: number): Float32Array {
  if (fromHz === toHz) return samples
  const common = greatestCommonDivisor(fromHz, toHz)
  const [up, down] = [toHz / common, fromHz / common]
  const phases = filterPhases(up, Math.min(1, toHz / fromHz) * 0.94)
  const out = new Float32Array(Math.round((samples.length * up) / down))
  for (let index = 0; index < out.length; index++) {
    const position = index * down
    const taps = phases[position % up]!
    const first = Math.floor(position / up) - tapsPerSide + 1
    let sum = 0
    for (let tap = Math.max(0, -first); tap < taps.length && first + tap < samples.length; tap++) {
      sum += taps[tap]! * samples[first + tap]!
    }
    out[index] = sum
  }
  return out
}

/** The weights of the samples around a point, for each of the `up` places between two samples. */
function filterPhases(up: number, cutoff: number): Float32Array[] {
  return Array.from({ length: up }, (_, phase) => {
    const taps = new Float32Array(tapsPerSide * 2)
    let sum = 0
    for (let tap = 0; tap < taps.length; tap++) {
      const distance = tap - tapsPerSide + 1 - phase / up
      const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / (tapsPerSide + 1))
      taps[tap] = sinc(distance * cutoff) * window
      sum += taps[tap]!
    }
    return taps.map((weight) => weight / sum)
  })
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
