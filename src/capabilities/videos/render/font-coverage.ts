import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'

// The order in which WOFF 2 numbers the usual tables; only the first few matter here.
const cmapTag = 0
const glyfTag = 10
const locaTag = 11
const otherTag = 63

/** The characters that a WOFF 2 file has glyphs for, as its own `cmap` table says. */
export function coveredBy(path: string): (codePoint: number) => boolean {
  const file = readFileSync(path)
  if (file.toString('latin1', 0, 4) !== 'wOF2') throw new TypeError(`${path} is no WOFF 2 file`)
  const tables = file.readUInt16BE(12)
  let at = 48
  const number = () => {
    let value = 0
    for (;;) {
      const byte = file[at++]!
      value = value * 128 + (byte & 0x7f)
      if (byte < 128) return value
    }
  }
  let start = 0
  let found: { from: number; length: number } | undefined
  for (let table = 0; table < tables; table++) {
    const flags = file[at++]!
    const tag = flags & 63
    const isCmap = tag === cmapTag || (tag === otherTag && file.toString('latin1', at, at + 4) === 'cmap')
    if (tag === otherTag) at += 4
    const original = number()
    const version = flags >> 6
    // Of all tables only the outlines are stored in another form, unless they say that they are not.
    const isChanged = tag === glyfTag || tag === locaTag ? version !== 3 : version !== 0
    const length = isChanged ? number() : original
    if (isCmap) found = { from: start, length }
    start += length
  }
  if (!found) throw new TypeError(`${path} has no table of characters`)
  const packed = file.readUInt32BE(20)
  const plain = brotliDecompressSync(file.subarray(at, at + packed))
  return readCmap(plain.subarray(found.from, found.from + found.length))
}

function readCmap(table: Buffer): (codePoint: number) => boolean {
  const ranges: [number, number][] = []
  const count = table.readUInt16BE(2)
  for (let index = 0; index < count; index++) {
    const at = table.readUInt32BE(4 + index * 8 + 4)
    const format = table.readUInt16BE(at)
    if (format === 12) {
      for (let group = 0; group < table.readUInt32BE(at + 12); group++) {
        ranges.push([table.readUInt32BE(at + 16 + group * 12), table.readUInt32BE(at + 20 + group * 12)])
      }
    }
    if (format === 4) {
      const segments = table.readUInt16BE(at + 6) / 2
      for (let segment = 0; segment < segments; segment++) {
        const end = table.readUInt16BE(at + 14 + segment * 2)
        const start = table.readUInt16BE(at + 16 + segments * 2 + segment * 2)
        if (start !== 0xffff) ranges.push([start, end])
      }
    }
  }
  return (codePoint) => ranges.some(([from, to]) => codePoint >= from && codePoint <= to)
}
