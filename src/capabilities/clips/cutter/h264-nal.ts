/** H.264 network abstraction layer units without start code or length (ISO/IEC 14496-10, 7.3.1). */
export type Nal = Buffer

export const nalTypes = { slice: 1, idrSlice: 5, sps: 7, pps: 8, accessUnitDelimiter: 9 } as const

export function nalType(nal: Nal): number {
  return nal.length > 0 ? nal[0]! & 0x1f : 0
}

/** Whether other pictures may refer to this one; a picture that is not a reference can be skipped in decoding. */
export function isReferenceNal(nal: Nal): boolean {
  return nal.length > 0 && (nal[0]! & 0x60) !== 0
}

/** Splits a byte stream with start codes (Annex B), as MPEG-TS and raw encoders give it. */
export function splitAnnexB(data: Buffer): Nal[] {
  const nals: Nal[] = []
  let start = -1
  for (let at = data.indexOf('\0\0\u0001', 0, 'latin1'); at >= 0;) {
    if (start >= 0) nals.push(withoutTrailingZeros(data.subarray(start, at)))
    start = at + 3
    at = data.indexOf('\0\0\u0001', start, 'latin1')
  }
  if (start >= 0) nals.push(withoutTrailingZeros(data.subarray(start)))
  return nals.filter((nal) => nal.length > 0)
}

// Zero bytes before a start code belong to the byte stream, not to the unit (B.1.1).
function withoutTrailingZeros(data: Buffer): Buffer {
  let end = data.length
  while (end > 0 && data[end - 1] === 0) end--
  return data.subarray(0, end)
}

/** Splits a packet of an MP4 or MKV file. Returns undefined when the lengths do not add up. */
export function splitLengthPrefixed(data: Buffer, lengthBytes: number): Nal[] | undefined {
  const nals: Nal[] = []
  let at = 0
  while (at < data.length) {
    if (at + lengthBytes > data.length) return undefined
    const size = data.readUIntBE(at, lengthBytes)
    at += lengthBytes
    if (at + size > data.length) return undefined
    if (size > 0) nals.push(data.subarray(at, at + size))
    at += size
  }
  return nals
}

/** Joins units with a length before each. Fails with a `RangeError` when a unit is too long for the length field. */
export function joinLengthPrefixed(nals: readonly Nal[], lengthBytes: number): Buffer {
  const parts: Buffer[] = []
  for (const nal of nals) {
    const length = Buffer.alloc(lengthBytes)
    length.writeUIntBE(nal.length, 0, lengthBytes)
    parts.push(length, nal)
  }
  return Buffer.concat(parts)
}
