import { type Nal, nalType, nalTypes, splitAnnexB } from './h264-nal.ts'

/** What a decoder has to know before the first picture: the `avcC` box of an MP4 file, taken apart. */
export type AvcConfig = {
  /** How packets mark their units: a length of 1, 2 or 4 bytes, or start codes. */
  framing: { kind: 'length'; lengthBytes: number } | { kind: 'startCodes' }
  sps: Nal[]
  pps: Nal[]
}

/** Reads codec data of an H.264 stream, as `avcC` or with start codes. Undefined when there are no parameter sets. */
export function parseAvcConfig(extraData: Buffer | null): AvcConfig | undefined {
  if (!extraData || extraData.length < 7) return undefined
  const config = extraData[0] === 1 ? parseAvcC(extraData) : fromStartCodes(extraData)
  return config && config.sps.length > 0 && config.pps.length > 0 ? config : undefined
}

function fromStartCodes(data: Buffer): AvcConfig {
  const nals = splitAnnexB(data)
  return {
    framing: { kind: 'startCodes' },
    sps: nals.filter((nal) => nalType(nal) === nalTypes.sps),
    pps: nals.filter((nal) => nalType(nal) === nalTypes.pps),
  }
}

function parseAvcC(data: Buffer): AvcConfig | undefined {
  const lengthBytes = (data[4]! & 3) + 1
  let at = 5
  const readList = (countMask: number): Nal[] | undefined => {
    const count = (data[at++] ?? 0) & countMask
    const list: Nal[] = []
    for (let index = 0; index < count; index++) {
      if (at + 2 > data.length) return undefined
      const size = data.readUInt16BE(at)
      list.push(data.subarray(at + 2, at + 2 + size))
      at += 2 + size
    }
    return at <= data.length ? list : undefined
  }
  const sps = readList(0x1f)
  const pps = sps && readList(0xff)
  return sps && pps ? { framing: { kind: 'length', lengthBytes }, sps, pps } : undefined
}

/**
 * Writes an `avcC` box with these parameter sets. Profile and level are those of the first SPS, the level raised to
 * the highest of all, as ISO/IEC 14496-15 (5.3.3.1.2) asks for.
 */
export function buildAvcC(config: { sps: readonly Nal[]; pps: readonly Nal[]; lengthBytes: number }): Buffer {
  const first = config.sps[0]!
  const level = Math.max(...config.sps.map((sps) => sps[3]!))
  const parts: Buffer[] = [
    Buffer.from([1, first[1]!, first[2]!, level, 0xfc | (config.lengthBytes - 1), 0xe0 | config.sps.length]),
    ...config.sps.flatMap(withSize),
    Buffer.from([config.pps.length]),
    ...config.pps.flatMap(withSize),
  ]
  // The high profiles carry chroma format and bit depths; only 8-bit 4:2:0 comes here.
  if (first[1]! >= 100) parts.push(Buffer.from([0xfc | 1, 0xf8, 0xf8, 0]))
  return Buffer.concat(parts)
}

function withSize(nal: Nal): Buffer[] {
  const size = Buffer.alloc(2)
  size.writeUInt16BE(nal.length)
  return [size, nal]
}
