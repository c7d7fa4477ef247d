import { type FileHandle, open } from 'node:fs/promises'

/** What the outermost layer of a file claims about itself, read without any media library. */
export type ContainerClaims = {
  /** A part of the file says it goes on after the end of the file. */
  isCutOff: boolean
  /** The length in the movie header of an MP4 and its kin. */
  durationMs?: number
}

const none: ContainerClaims = { isCutOff: false }
const mostBoxes = 100_000

/** Reads the claims of MP4, MOV, Matroska, WebM, AVI and WAV files; others claim nothing. */
export async function readContainerClaims(path: string): Promise<ContainerClaims> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const start = await bytesAt(file, 0, 64)
    if (start.length < 16) return none
    const tag = start.toString('latin1', 0, 4)
    if (tag === 'RIFF') return { isCutOff: start.readUInt32LE(4) + 8 > size + 1 && start.readUInt32LE(4) > 0 }
    if (start.readUInt32BE(0) === 0x1a45dfa3) return { isCutOff: isMatroskaCutOff(start, size) }
    if (/^[\x20-\x7e]{4}$/.test(start.toString('latin1', 4, 8))) return await isoClaims(file, size)
    return none
  } finally {
    await file.close()
  }
}

/** Walks the outermost boxes, ISO/IEC 14496-12 section 4.2. */
async function isoClaims(file: FileHandle, fileSize: number): Promise<ContainerClaims> {
  let durationMs: number | undefined
  let at = 0
  for (let count = 0; at < fileSize && count < mostBoxes; count++) {
    const head = await bytesAt(file, at, 16)
    if (head.length < 8) return { isCutOff: true, durationMs }
    const type = head.toString('latin1', 4, 8)
    const short = head.readUInt32BE(0)
    const isLong = short === 1 && head.length >= 16
    const size = isLong ? Number(head.readBigUInt64BE(8)) : short
    if (type === 'moov') durationMs = await movieDurationMs(file, at + (isLong ? 16 : 8))
    // 0 means "to the end of the file"; anything below a header is not a box.
    if (size === 0) break
    if (size < 8) return { isCutOff: false, durationMs }
    at += size
  }
  return { isCutOff: at > fileSize, durationMs }
}

async function movieDurationMs(file: FileHandle, at: number): Promise<number | undefined> {
  const box = await bytesAt(file, at, 44)
  if (box.length < 44 || box.toString('latin1', 4, 8) !== 'mvhd') return undefined
  const isLong = box[8] === 1
  const timescale = box.readUInt32BE(isLong ? 28 : 20)
  const duration = isLong ? Number(box.readBigUInt64BE(32)) : box.readUInt32BE(24)
  // All ones means "not known".
  if (timescale === 0 || duration === 0xffffffff) return undefined
  return (duration * 1000) / timescale
}

/** The segment follows the EBML header and holds all the rest; RFC 8794 section 6 for the sizes. */
function isMatroskaCutOff(start: Buffer, fileSize: number): boolean {
  const header = readVint(start, 4)
  if (!header) return false
  const segmentAt = header.end + header.value
  if (segmentAt + 12 > start.length || start.readUInt32BE(segmentAt) !== 0x18538067) return false
  const segment = readVint(start, segmentAt + 4)
  // A live recording leaves the size open.
  return segment !== undefined && !segment.isOpen && segment.end + segment.value > fileSize
}

function readVint(data: Buffer, at: number): { value: number; end: number; isOpen: boolean } | undefined {
  const first = data[at]
  if (!first) return undefined
  const length = Math.clz32(first) - 23
  if (length > 8 || at + length > data.length) return undefined
  let value = first & (0xff >> length)
  let isOpen = value === 0xff >> length
  for (let index = 1; index < length; index++) {
    value = value * 256 + data[at + index]!
    isOpen &&= data[at + index] === 0xff
  }
  return { value, end: at + length, isOpen }
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}
