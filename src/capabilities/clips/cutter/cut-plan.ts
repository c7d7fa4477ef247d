/** Timestamps are whole ticks of the source's own clock (`num/den` seconds), so that comparing them is exact. */
export type TimeBase = { num: number; den: number }

/** The wanted stretch `[start, end)` in ticks. */
export type TickRange = { start: number; end: number }

/** A video packet as far as planning needs it; packets come in decoding order. */
export type PacketFacts = {
  pts: number | undefined
  dts: number | undefined
  /** The container calls it a place to start. */
  isKey: boolean
  /** It resets the decoder, so that nothing after it needs anything before it. Only there may copying begin. */
  isIdr: boolean
  /** An edit list of the source hides this picture; it may still be needed to decode others. */
  isHidden?: boolean
}

export type CutMode = 'exact' | 'copy' | 'encode'

export type StartPlan =
  /** Not known yet: read the next packet. */
  | { kind: 'more' }
  /** Decode from packet `decodeFrom`, encode what is wanted before `copyFrom`, copy from there on. */
  | { kind: 'join'; decodeFrom: number; copyFrom: number }
  | { kind: 'encode'; decodeFrom: number; because: string }

/** How far the planner reads ahead for a place to start copying before it gives up. */
export type ReadAheadLimits = { packets: number }

export const readAheadLimits: ReadAheadLimits = { packets: 1_500 }

/** The share of a clip up to which encoding the start is cheaper than encoding it all, checks included. */
const mostEncodedShare = 0.9

/**
 * Milliseconds to the tick at or before them. Never after: containers round the times of frames, some down, and a
 * frame asked for by its exact time must be in however its container rounded.
 */
export function msToTicks(ms: number, timeBase: TimeBase): number {
  return Math.floor((ms * timeBase.den) / (timeBase.num * 1000) + 1e-4)
}

export function ticksToMs(ticks: number, timeBase: TimeBase): number {
  return (ticks * timeBase.num * 1000) / timeBase.den
}

export function isWanted(packet: PacketFacts, range: TickRange): boolean {
  return !packet.isHidden && packet.pts !== undefined && packet.pts >= range.start && packet.pts < range.end
}

/**
 * Whether no packet from here on can be wanted: a picture is never shown before it is decoded, so once the decoding
 * time is past the end, so are all presentation times.
 */
export function isPastEnd(packet: PacketFacts, range: TickRange): boolean {
  return packet.dts !== undefined && packet.dts >= range.end
}

/** The packet at which decoding has to begin: the last key packet at or before the start. 0 when there is none. */
export function findDecodeStart(packets: readonly PacketFacts[], range: TickRange): number {
  let found = 0
  for (const [index, packet] of packets.entries()) {
    if (packet.isKey && packet.pts !== undefined && packet.pts <= range.start) found = index
  }
  return found
}

/**
 * Decides how an exact clip begins, from the packets read so far; `isComplete` when there are no more. Pure: the same
 * packets give the same plan.
 */
export function planStart(
  packets: readonly PacketFacts[],
  range: TickRange,
  isComplete: boolean,
  limits: ReadAheadLimits = readAheadLimits,
): StartPlan {
  const decodeFrom = findDecodeStart(packets, range)
  const copyFrom = packets.findIndex(
    (packet, index) =>
      index >= decodeFrom &&
      packet.isIdr &&
      packet.isKey &&
      packet.dts !== undefined &&
      isWanted(packet, range),
  )
  if (copyFrom >= 0) {
    const encodedShare = (packets[copyFrom]!.pts! - range.start) / (range.end - range.start)
    if (encodedShare > mostEncodedShare) {
      return { kind: 'encode', decodeFrom, because: 'almost nothing of it could be copied' }
    }
    return { kind: 'join', decodeFrom, copyFrom }
  }
  const last = packets.at(-1)
  if (isComplete || (last && isPastEnd(last, range))) {
    return { kind: 'encode', decodeFrom, because: 'no closed group of pictures begins inside it' }
  }
  if (packets.length - decodeFrom > limits.packets) {
    return { kind: 'encode', decodeFrom, because: 'no place to start copying was found near its beginning' }
  }
  return { kind: 'more' }
}

/** Decides where decoding begins for a clip that is encoded as a whole. `more` until its first frame is certain. */
export function planWhole(
  packets: readonly PacketFacts[],
  range: TickRange,
  isComplete: boolean,
  because: string,
): StartPlan {
  const first = firstWantedPts(packets, range)
  const last = packets.at(-1)
  const isCertain = first !== undefined && last?.dts !== undefined && last.dts > first
  const isPast = last !== undefined && isPastEnd(last, range)
  // Files without decoding times (AVI) are certain after a few packets: no codec reorders further than 32.
  const isFar =
    first !== undefined &&
    packets.length > 32 &&
    packets.at(-32)!.pts !== undefined &&
    first < packets.at(-32)!.pts!
  if (!isComplete && !isCertain && !isPast && !isFar) return { kind: 'more' }
  return { kind: 'encode', decodeFrom: findDecodeStart(packets, range), because }
}

/** The presentation time of the first frame of the clip: time zero of the new file. */
export function firstWantedPts(packets: readonly PacketFacts[], range: TickRange): number | undefined {
  let first: number | undefined
  for (const packet of packets) {
    if (isWanted(packet, range) && (first === undefined || packet.pts! < first)) first = packet.pts
  }
  return first
}

/** The key packet nearest to the start, for a plain copy. Undefined when more packets are needed to know. */
export function planNearestKey(
  packets: readonly PacketFacts[],
  range: TickRange,
  isComplete: boolean,
): number | undefined {
  let best: { index: number; distance: number } | undefined
  for (const [index, packet] of packets.entries()) {
    if (!packet.isKey || packet.pts === undefined || packet.dts === undefined || packet.pts >= range.end)
      continue
    const distance = Math.abs(packet.pts - range.start)
    if (!best || distance < best.distance) best = { index, distance }
    if (packet.pts >= range.start) return best.index
  }
  const last = packets.at(-1)
  const isEnough = isComplete || (last !== undefined && isPastEnd(last, range))
  return isEnough ? best?.index : undefined
}
