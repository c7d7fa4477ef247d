/** Bits of the signature for vectors of a length: the next power of two, at least 256. */
export function signatureBits(dimensions: number): number {
  return Math.max(256, 2 ** Math.ceil(Math.log2(dimensions)))
}

/**
 * A short stand-in for a vector: a bit per direction, set when the vector points that way. The more bits two
 * signatures share, the smaller the angle between their vectors. The directions are random but always the same,
 * so that vectors whose parts are all positive differ too.
 */
export function signatureOf(vector: ArrayLike<number>): string {
  const bits = signatureBits(vector.length)
  const mixed = new Float64Array(bits)
  for (let index = 0; index < vector.length; index++) mixed[index] = vector[index]!
  // Two rounds of random signs and a Hadamard transform are a random rotation in n log n steps (Ailon and Chazelle).
  for (let round = 1; round <= 2; round++) {
    flipSigns(mixed, round * 0x9e3779b9)
    hadamard(mixed)
  }
  let signature = ''
  for (const part of mixed) signature += part > 0 ? '1' : '0'
  return signature
}

/** The vector as little-endian 32-bit floats. */
export function packVector(vector: ArrayLike<number>): Buffer {
  const packed = Buffer.alloc(vector.length * 4)
  for (let index = 0; index < vector.length; index++) packed.writeFloatLE(vector[index]!, index * 4)
  return packed
}

/** Cosine of the angle between a vector and a packed one: 1 the same direction, 0 unrelated. */
export function similarityToPacked(vector: ArrayLike<number>, packed: Buffer): number {
  let [dot, left, right] = [0, 0, 0]
  for (let index = 0; index < vector.length; index++) {
    const [a, b] = [vector[index]!, packed.readFloatLE(index * 4)]
    dot += a * b
    left += a * a
    right += b * b
  }
  return dot / (Math.sqrt(left * right) || 1)
}

/** Negates about half of the values; which ones depends on the seed only (mulberry32). */
function flipSigns(values: Float64Array, seed: number): void {
  let state = seed | 0
  for (let index = 0; index < values.length; index++) {
    state = (state + 0x6d2b79f5) | 0
    let mix = Math.imul(state ^ (state >>> 15), state | 1)
    mix ^= mix + Math.imul(mix ^ (mix >>> 7), mix | 61)
    if ((mix ^ (mix >>> 14)) & 1) values[index] = -values[index]!
  }
}

function hadamard(values: Float64Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let start = 0; start < values.length; start += half * 2) {
      for (let index = start; index < start + half; index++) {
        const [a, b] = [values[index]!, values[index + half]!]
        values[index] = a + b
        values[index + half] = a - b
      }
    }
  }
}
