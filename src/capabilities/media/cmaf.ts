/** Reads the few facts of CMAF files that prove a package right: ISO 14496-12 boxes, nothing decoded. */

export type Box = { type: string; start: number; bodyStart: number; end: number }

/** The boxes between two offsets. A box that claims more than there is ends the list. */
export function boxesIn(data: Buffer, start = 0, end = data.length): Box[] {
  const boxes: Box[] = []
  let at = start
  while (at + 8 <= end) {
    let size = data.readUInt32BE(at)
    let header = 8
    if (size === 1 && at + 16 <= end) {
      size = Number(data.readBigUInt64BE(at + 8))
      header = 16
    }
    if (size === 0) size = end - at
    if (size < header || at + size > end) break
    boxes.push({
      type: data.toString('latin1', at + 4, at + 8),
      start: at,
      bodyStart: at + header,
      end: at + size,
    })
    at += size
  }
  return boxes
}

function findBox(data: Buffer, path: string[], start = 0, end = data.length): Box | undefined {
  const [first, ...rest] = path
  for (const box of boxesIn(data, start, end)) {
    if (box.type !== first) continue
    const found = rest.length === 0 ? box : findBox(data, rest, box.bodyStart, box.end)
    if (found) return found
  }
  return undefined
}

/** The RFC 6381 name of the H.264 stream that an init segment describes: profile, constraints and level from `avcC`. */
export function avcCodecOf(init: Buffer): string | undefined {
  const at = init.indexOf('avcC', 0, 'latin1')
  return at < 0 || at + 8 > init.length ? undefined : `avc1.${init.toString('hex', at + 5, at + 8)}`
}

/** The clock of a track: ticks a second, and the tick at which its edit list begins to show it (0 without one). */
export function readClock(init: Buffer): { timescale: number; shownFromTicks: number } {
  const header = findBox(init, ['moov', 'trak', 'mdia', 'mdhd'])
  const timescale = header
    ? init.readUInt32BE(header.bodyStart + (init[header.bodyStart] === 1 ? 20 : 12))
    : 0
  return { timescale, shownFromTicks: readEdit(init) }
}

function readEdit(init: Buffer): number {
  const edits = findBox(init, ['moov', 'trak', 'edts', 'elst'])
  if (!edits) return 0
  const isLong = init[edits.bodyStart] === 1
  const entryBytes = isLong ? 20 : 12
  const count = init.readUInt32BE(edits.bodyStart + 4)
  for (let entry = 0; entry < count; entry++) {
    const at = edits.bodyStart + 8 + entry * entryBytes
    const mediaTime = isLong ? Number(init.readBigInt64BE(at + 8)) : init.readInt32BE(at + 4)
    // An empty edit (−1) only delays the track.
    if (mediaTime >= 0) return mediaTime
  }
  return 0
}

export type SegmentFacts = {
  samples: number
  startsWithIdr: boolean
  decodeTime: bigint
  /** How much later than decoded the first sample is shown, in ticks. */
  firstOffsetTicks: number
}

/** Counts the samples of a segment and looks at its first one. */
export function readSegment(data: Buffer): SegmentFacts {
  let samples = 0
  for (const moof of boxesIn(data).filter((box) => box.type === 'moof')) {
    for (const traf of boxesIn(data, moof.bodyStart, moof.end).filter((box) => box.type === 'traf')) {
      for (const trun of boxesIn(data, traf.bodyStart, traf.end).filter((box) => box.type === 'trun')) {
        samples += data.readUInt32BE(trun.bodyStart + 4)
      }
    }
  }
  const time = findBox(data, ['moof', 'traf', 'tfdt'])
  return {
    firstOffsetTicks: firstOffset(data),
    samples,
    startsWithIdr: startsWithIdr(data),
    decodeTime: time ? readTime(data, time) : 0n,
  }
}

function firstOffset(data: Buffer): number {
  const run = findBox(data, ['moof', 'traf', 'trun'])
  if (!run) return 0
  const flags = data.readUInt32BE(run.bodyStart) & 0xffffff
  if (!(flags & 0x800)) return 0
  // Before the offset of the first sample: the count, then what the flags name, in this order.
  let at = run.bodyStart + 8
  for (const flag of [0x1, 0x4, 0x100, 0x200, 0x400]) if (flags & flag) at += 4
  return data.readInt32BE(at)
}

function readTime(data: Buffer, box: Box): bigint {
  const isLong = data[box.bodyStart] === 1
  return isLong ? data.readBigUInt64BE(box.bodyStart + 4) : BigInt(data.readUInt32BE(box.bodyStart + 4))
}

const idrSlice = 5

/** Whether the first slice of the first sample is IDR; other units (parameters, messages) may come before it. */
function startsWithIdr(data: Buffer): boolean {
  const mdat = boxesIn(data).find((box) => box.type === 'mdat')
  if (!mdat) return false
  let at = mdat.bodyStart
  while (at + 5 <= mdat.end) {
    const unit = data[at + 4]! & 0x1f
    if (unit === idrSlice) return true
    if (unit >= 1 && unit <= 4) return false
    at += 4 + data.readUInt32BE(at)
  }
  return false
}
