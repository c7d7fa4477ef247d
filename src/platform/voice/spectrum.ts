const size = 256
const half = size / 2

const window = Float64Array.from(
  { length: size },
  (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / size),
)
const cosines = Float64Array.from({ length: half }, (_, index) => Math.cos((2 * Math.PI * index) / size))
const sines = Float64Array.from({ length: half }, (_, index) => Math.sin((2 * Math.PI * index) / size))
const reversed = Uint8Array.from({ length: size }, (_, index) => {
  let bits = 0
  for (let bit = 0; bit < 8; bit++) bits |= ((index >> bit) & 1) << (7 - bit)
  return bits
})
const real = new Float64Array(size)
const imaginary = new Float64Array(size)

/** Magnitudes of 129 frequencies of 256 samples under a Hann window. Not for use by two callers at once. */
export function spectrumOf(samples: Float32Array, at: number, to: Float32Array, toAt: number): void {
  for (let index = 0; index < size; index++) {
    real[reversed[index]!] = samples[at + index]! * window[index]!
    imaginary[index] = 0
  }
  for (let length = 2; length <= size; length *= 2) {
    const middle = length / 2
    const step = size / length
    for (let start = 0; start < size; start += length) {
      for (let index = 0; index < middle; index++) {
        const even = start + index
        const odd = even + middle
        const [cosine, sine] = [cosines[index * step]!, sines[index * step]!]
        const turnedReal = real[odd]! * cosine + imaginary[odd]! * sine
        const turnedImaginary = imaginary[odd]! * cosine - real[odd]! * sine
        real[odd] = real[even]! - turnedReal
        imaginary[odd] = imaginary[even]! - turnedImaginary
        real[even] = real[even]! + turnedReal
        imaginary[even] = imaginary[even]! + turnedImaginary
      }
    }
  }
  for (let index = 0; index <= half; index++)
    to[toAt + index] = Math.sqrt(real[index]! * real[index]! + imaginary[index]! * imaginary[index]!)
}
