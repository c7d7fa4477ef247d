import { readFileSync } from 'node:fs'

/** Words in the order of how often English uses them, with a vector each. */
export type WordTable = {
  dimensions: number
  /** Place of a word, or undefined. */
  placeOf(word: string): number | undefined
  /** Adds the vector of the word at a place, times a weight. */
  addTo(sum: Float32Array, place: number, weight: number): void
}

let table: WordTable | undefined

/** The table that `scripts/make-embeddings.ts` made of GloVe. Read once, at the first use; 12 MB of memory. */
export function englishTable(): WordTable {
  return (table ??= readTable(readFileSync(new URL('./english-vectors.bin', import.meta.url))))
}

function readTable(bytes: Buffer): WordTable {
  const [words, dimensions, listBytes] = [0, 4, 8].map((at) => bytes.readUInt32LE(at)) as [
    number,
    number,
    number,
  ]
  const list = bytes.toString('latin1', 12, 12 + listBytes).split('\n')
  const places = new Map(list.map((word, place) => [word, place]))
  const matrix = new Int8Array(bytes.buffer, bytes.byteOffset + 12 + listBytes, words * dimensions)
  return {
    dimensions,
    placeOf: (word) => places.get(word),
    addTo(sum, place, weight) {
      const from = place * dimensions
      for (let at = 0; at < dimensions; at++) sum[at] = sum[at]! + (matrix[from + at]! / 254) * weight
    },
  }
}
