// The filters of ITU-R BS.1770-4 for 48 kHz: a shelf for the head, then a high-pass.
const shelf = {
  b: [1.53512485958697, -2.69169618940638, 1.19839281085285],
  a: [-1.69065929318241, 0.73248077421585],
}
const highPass = { b: [1, -2, 1], a: [-1.99004745483398, 0.99007225036621] }

const blockMs = 400
const stepMs = 100

/**
 * Integrated loudness of mono sound at 48 kHz in LUFS, with the gates of BS.1770. Sound shorter than 400 ms is one
 * block. −Infinity for silence.
 */
export function loudnessOf(samples: Float32Array): number {
  const weighted = filtered(filtered(samples, shelf), highPass)
  const [block, step] = [(48_000 * blockMs) / 1000, (48_000 * stepMs) / 1000]
  const powers: number[] = []
  for (let at = 0; at === 0 || at + block <= weighted.length; at += step) {
    const part = weighted.subarray(at, at + block)
    powers.push(part.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, part.length))
  }
  const loud = powers.filter((power) => toLufs(power) > -70)
  const relative = toLufs(mean(loud)) - 10
  return toLufs(mean(loud.filter((power) => toLufs(power) > relative)))
}

function filtered(samples: Float32Array, { b, a }: { b: number[]; a: number[] }): Float32Array {
  const [b0, b1, b2] = b as [number, number, number]
  const [a1, a2] = a as [number, number]
  const out = new Float32Array(samples.length)
  let [x1, x2, y1, y2] = [0, 0, 0, 0]
  for (let index = 0; index < samples.length; index++) {
    const x = samples[index]!
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
    out[index] = y
    ;[x2, x1, y2, y1] = [x1, x, y1, y]
  }
  return out
}

const toLufs = (power: number) => -0.691 + 10 * Math.log10(power)
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/**
 * Holds peaks under a ceiling (a fraction of full scale) without clipping: the gain goes down 5 ms before a peak and
 * up again after it, in place.
 */
export function limitPeaks(samples: Float32Array, ceiling: number): void {
  const block = 48
  const reach = 5
  const blocks = Math.ceil(samples.length / block)
  const wanted = new Float32Array(blocks)
  for (let at = 0; at < blocks; at++) {
    let peak = 0
    for (const sample of samples.subarray(at * block, (at + 1) * block))
      peak = Math.max(peak, Math.abs(sample))
    wanted[at] = peak > ceiling ? ceiling / peak : 1
  }
  if (wanted.every((gain) => gain === 1)) return
  const around = (values: Float32Array, at: number) =>
    values.subarray(Math.max(0, at - reach), at + reach + 1)
  const lowest = wanted.map((_, at) => Math.min(...around(wanted, at)))
  // The mean of minima over a shorter reach never exceeds what the block itself needs.
  const smooth = lowest.map((_, at) => mean([...lowest.subarray(Math.max(0, at - 3), at + 4)]))
  for (let index = 0; index < samples.length; index++) {
    const at = Math.min(blocks - 1, Math.floor(index / block))
    const next = smooth[Math.min(blocks - 1, at + 1)]!
    const part = (index - at * block) / block
    samples[index] = samples[index]! * Math.min(smooth[at]! + (next - smooth[at]!) * part, 1)
  }
}
