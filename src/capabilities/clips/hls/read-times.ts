import { ticksToMs, type TimeBase } from '../cutter/cut-plan.ts'
import { readPacket } from '../cutter/source.ts'
import { openPart } from '../stitch/scan-part.ts'

/** When the frames of a file are shown. */
export type FrameTimes = {
  timeBase: TimeBase
  /** Rising. */
  pts: number[]
  endTicks: number
}

/** Lists the times of all frames, without decoding one. */
export function readTimes(path: string): FrameTimes {
  const source = openPart(path)
  const pts: number[] = []
  const durations = new Map<number, number>()
  for (let next = readPacket(source); next; next = readPacket(source)) {
    if (next.streamIndex === source.video.index && next.facts.pts !== undefined) {
      pts.push(next.facts.pts)
      durations.set(next.facts.pts, Number(next.packet.duration))
    }
    next.packet.free()
  }
  source.format.closeInputSync()
  pts.sort((a, b) => a - b)
  const last = pts.at(-1) ?? 0
  return {
    timeBase: source.timeBase,
    pts,
    endTicks: last + (durations.get(last) || last - (pts.at(-2) ?? last)),
  }
}

/** The time of the first key picture, which may be all that the file holds. */
export function readFirstTime(path: string): number | undefined {
  const source = openPart(path)
  let first: number | undefined
  for (let next = readPacket(source); next && first === undefined; next = readPacket(source)) {
    if (next.streamIndex === source.video.index && next.facts.isKey) first = next.facts.pts
    next.packet.free()
  }
  source.format.closeInputSync()
  return first
}

/** Transport streams count 33 bits of a 90 kHz clock and then begin again. */
const wrapMs = 2 ** 33 / 90

/** Milliseconds from one time to another, of several possible ones the nearest to what is expected. */
export function distanceMs(from: number, to: number, timeBase: TimeBase, expectedMs: number): number {
  const plain = ticksToMs(to - from, timeBase)
  if (timeBase.den !== 90_000) return plain
  return plain + Math.round((expectedMs - plain) / wrapMs) * wrapMs
}

/** The usual distance of two frames. */
export function usualGap(pts: readonly number[]): number {
  const gaps = pts.slice(1).map((at, index) => at - pts[index]!)
  return gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 0
}
