import type { Nal } from './h264-nal.ts'

/** What the cutter asks of a sequence parameter set (ISO/IEC 14496-10, 7.3.2.1). */
export type SequenceParameters = {
  id: number
  profile: number
  /** Level times ten, as in the stream: 40 is 4.0. */
  level: number
  chromaFormat: number
  lumaBits: number
  chromaBits: number
  /** Whether every picture is a whole frame, so never coded as two fields. */
  isProgressive: boolean
}

/** Profiles whose SPS carries a chroma format and bit depths. */
const highProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])

/** Reads an SPS unit up to the size of the picture. */
export function readSps(nal: Nal): SequenceParameters {
  const bits = bitReader(nal.subarray(4))
  const id = bits.unsignedGolomb()
  const profile = nal[1] ?? 0
  const sps = { id, profile, level: nal[3] ?? 0, chromaFormat: 1, lumaBits: 8, chromaBits: 8 }
  if (highProfiles.has(profile)) {
    sps.chromaFormat = bits.unsignedGolomb()
    if (sps.chromaFormat === 3) bits.bit()
    sps.lumaBits = 8 + bits.unsignedGolomb()
    sps.chromaBits = 8 + bits.unsignedGolomb()
    bits.bit()
    if (bits.bit()) skipScalingLists(bits, sps.chromaFormat === 3 ? 12 : 8)
  }
  bits.unsignedGolomb()
  skipPictureOrder(bits)
  bits.unsignedGolomb()
  bits.bit()
  bits.unsignedGolomb()
  bits.unsignedGolomb()
  return { ...sps, isProgressive: bits.bit() === 1 }
}

function skipScalingLists(bits: BitReader, lists: number): void {
  for (let list = 0; list < lists; list++) {
    if (!bits.bit()) continue
    let last = 8
    let next = 8
    for (let index = 0; index < (list < 6 ? 16 : 64); index++) {
      if (next !== 0) next = (last + bits.signedGolomb() + 256) % 256
      last = next === 0 ? last : next
    }
  }
}

function skipPictureOrder(bits: BitReader): void {
  const type = bits.unsignedGolomb()
  if (type === 0) bits.unsignedGolomb()
  if (type !== 1) return
  bits.bit()
  bits.signedGolomb()
  bits.signedGolomb()
  const cycle = bits.unsignedGolomb()
  for (let index = 0; index < cycle; index++) bits.signedGolomb()
}

/** Reads the ids of a PPS unit: its own and that of the SPS it belongs to. */
export function readPpsIds(nal: Nal): { id: number; spsId: number } {
  const bits = bitReader(nal.subarray(1))
  return { id: bits.unsignedGolomb(), spsId: bits.unsignedGolomb() }
}

/** The first id that no parameter set of the source uses, SPS or PPS; x264 gives both the same id. At most 31. */
export function freeParameterSetId(sps: readonly Nal[], pps: readonly Nal[]): number | undefined {
  const used = new Set([...sps.map((nal) => readSps(nal).id), ...pps.map((nal) => readPpsIds(nal).id)])
  // Ids near zero are what encoders repeat in band; 31 is the last one that both kinds allow.
  for (let id = 31; id > 0; id--) if (!used.has(id)) return id
  return undefined
}

type BitReader = ReturnType<typeof bitReader>

function bitReader(data: Buffer) {
  const bytes = withoutEmulationPrevention(data)
  let at = 0
  const bit = (): number => {
    const value = ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1
    at++
    return value
  }
  const unsignedGolomb = (): number => {
    let zeros = 0
    while (bit() === 0) if (++zeros > 31) throw new RangeError('Not an Exp-Golomb number')
    let value = 1
    for (let index = 0; index < zeros; index++) value = value * 2 + bit()
    return value - 1
  }
  const signedGolomb = (): number => {
    const code = unsignedGolomb()
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2
  }
  return { bit, unsignedGolomb, signedGolomb }
}

function withoutEmulationPrevention(data: Buffer): number[] {
  const bytes: number[] = []
  let zeros = 0
  for (const byte of data) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    zeros = byte === 0 ? zeros + 1 : 0
    bytes.push(byte)
  }
  return bytes
}
