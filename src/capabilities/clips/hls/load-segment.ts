import { createDecipheriv } from 'node:crypto'
import { clipErrors } from '../errors.ts'
import type { HlsPlace } from './place.ts'
import type { ByteRange, Segment } from './playlist.ts'

const tsPacketBytes = 188

/** Reads the segments of one playlist, decrypts and checks them. Keys are read once. */
export type SegmentLoader = {
  /** The whole segment. Fails with a row of `clips` when it is missing, cut off, no media or not to be decrypted. */
  load(segment: Segment): Promise<Buffer>
  /** The first bytes of a segment, decrypted, not checked. */
  peek(segment: Segment, bytes: number): Promise<Buffer>
  /** The initialization section; empty for transport streams. */
  loadMap(segment: Segment): Promise<Buffer>
}

export function openSegmentLoader(place: HlsPlace, playlistAt: string): SegmentLoader {
  const keys = new Map<string, Promise<Buffer>>()
  const locate = (uri: string) => place.locate(uri, playlistAt)

  function readKey(uri: string): Promise<Buffer> {
    const known = keys.get(uri)
    if (known) return known
    const reading = place.read(locate(uri), undefined, 17).then((key) => {
      if (key.length !== 16) throw clipErrors.wrongKey(`The key "${uri}" does not have 16 bytes.`)
      return key
    })
    keys.set(uri, reading)
    return reading
  }

  async function decipher(segment: Segment, isWhole: boolean) {
    const key = await readKey(segment.key!.uri)
    const one = createDecipheriv('aes-128-cbc', key, segment.key!.iv ?? sequenceIv(segment.sequence))
    return one.setAutoPadding(isWhole)
  }

  return {
    async load(segment) {
      const bytes = await place.read(locate(segment.uri), segment.byteRange)
      const plain = segment.key ? decrypt(await decipher(segment, true), bytes, segment) : bytes
      checkSegment(plain, segment)
      return plain
    },
    async peek(segment, count) {
      const whole = segment.byteRange
      const range: ByteRange | undefined = whole && {
        offset: whole.offset,
        length: Math.min(count, whole.length),
      }
      const bytes = await place.read(locate(segment.uri), range, count)
      if (!segment.key) return bytes
      const one = await decipher(segment, false)
      return one.update(bytes.subarray(0, bytes.length - (bytes.length % 16)))
    },
    async loadMap(segment) {
      if (!segment.map) return Buffer.alloc(0)
      const bytes = await place.read(locate(segment.map.uri), segment.map.byteRange)
      const isPlain = boxNames(bytes)?.includes('moov')
      if (isPlain) return bytes
      if (segment.key?.iv) {
        const plain = decrypt(await decipher(segment, true), bytes, segment)
        if (boxNames(plain)?.includes('moov')) return plain
      }
      throw clipErrors.segmentDamaged(`"${segment.map.uri}" is no initialization section.`)
    },
  }
}

function sequenceIv(sequence: number): Buffer {
  const iv = Buffer.alloc(16)
  iv.writeBigUInt64BE(BigInt(sequence), 8)
  return iv
}

function decrypt(decipher: ReturnType<typeof createDecipheriv>, bytes: Buffer, segment: Segment): Buffer {
  if (looksLikeText(bytes)) throw notMedia(segment)
  if (bytes.length % 16 !== 0) {
    throw clipErrors.segmentDamaged(`"${segment.uri}" is cut off: it has ${bytes.length} bytes.`)
  }
  try {
    return Buffer.concat([decipher.update(bytes), decipher.final()])
  } catch (cause) {
    throw clipErrors.wrongKey(`"${segment.uri}" cannot be decrypted with this key.`, { cause })
  }
}

function checkSegment(bytes: Buffer, segment: Segment): void {
  const isMp4 = segment.map !== undefined
  const isMedia = isMp4 ? boxNames(bytes.subarray(0, 8), true) !== undefined : isTransportStream(bytes)
  if (!isMedia) {
    if (segment.key) throw clipErrors.wrongKey(`"${segment.uri}" is no media after decryption.`)
    throw notMedia(segment, bytes)
  }
  const isWhole = isMp4 ? boxNames(bytes) !== undefined : bytes.length % tsPacketBytes === 0
  if (!isWhole) throw clipErrors.segmentDamaged(`"${segment.uri}" is cut off.`)
}

function notMedia(segment: Segment, bytes?: Buffer): Error {
  if (bytes?.length === 0) return clipErrors.segmentDamaged(`"${segment.uri}" is empty.`)
  if (!bytes || looksLikeText(bytes)) return clipErrors.segmentDamaged(`"${segment.uri}" is text, not media.`)
  const isSoundOnly = bytes.subarray(0, 3).toString('latin1') === 'ID3' || bytes[0] === 0xff
  if (isSoundOnly) return clipErrors.playlistUnsupported(`"${segment.uri}" is packed sound.`)
  return clipErrors.segmentDamaged(`"${segment.uri}" is no transport stream.`)
}

/** An encrypted segment begins with any bytes, so the first one alone says nothing: all of the beginning must be text. */
function looksLikeText(bytes: Buffer): boolean {
  const beginning = bytes.subarray(0, 64).toString('latin1')
  return /^\s*(<|HTTP\/|#EXTM3U|\{)/.test(beginning) && /^[\t\n\r\x20-\x7e\x80-\xff]*$/.test(beginning)
}

function isTransportStream(bytes: Buffer): boolean {
  return bytes.length >= tsPacketBytes && bytes[0] === 0x47 && (bytes[tsPacketBytes] ?? 0x47) === 0x47
}

/** Names of the outermost boxes of an MP4 piece; undefined when it is none or the last box is cut off. */
export function boxNames(bytes: Buffer, isStart = false): string[] | undefined {
  const names: string[] = []
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) return undefined
    const name = bytes.toString('latin1', at + 4, at + 8)
    if (!/^[a-z0-9 ]{4}$/i.test(name)) return undefined
    names.push(name)
    if (isStart) return names
    let size = bytes.readUInt32BE(at)
    if (size === 1 && at + 16 <= bytes.length) size = Number(bytes.readBigUInt64BE(at + 8))
    if (size === 0) return names
    if (size < 8 || at + size > bytes.length) return undefined
    at += size
  }
  return names
}
