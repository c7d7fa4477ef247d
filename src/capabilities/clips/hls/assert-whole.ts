import { clipErrors } from '../errors.ts'
import { ticksToMs } from '../cutter/cut-plan.ts'
import type { Covering } from './map-range.ts'
import type { MediaPlaylist } from './playlist.ts'
import { type FrameTimes, usualGap } from './read-times.ts'

/** How far the end of a segment may be from where the lengths in the playlist put it. */
const looseMs = 550
const strictMs = 5

/**
 * Refuses segments that end before the next one begins, or before the range does: frames inside the range would be
 * missing. A pause of the frames that is usual elsewhere in these segments is no damage. `programmeMs` is the time of
 * the programme at the first frame; the range counts from that frame.
 */
export function assertWhole(
  playlist: MediaPlaylist,
  covering: Covering,
  times: FrameTimes,
  programmeMs: number,
  range: { startMs: number; endMs: number },
): void {
  const { segments, hasRoundedLengths } = playlist
  const shown = times.pts.map((pts) => ticksToMs(pts - times.pts[0]!, times.timeBase))
  const ends = segments
    .slice(covering.first, covering.last + 1)
    .map(({ uri, startMs, durationMs }) => ({ uri, endMs: startMs + durationMs - programmeMs }))
  const usual = longestPause(shown, ends) ?? ticksToMs(usualGap(times.pts), times.timeBase)
  const mostMs = 1.5 * usual + strictMs

  for (const { uri, endMs } of ends.slice(0, -1)) {
    if (endMs < range.startMs || endMs > range.endMs) continue
    const after = shown.findIndex((ms, index) => index > 0 && isNear(ms, shown[index - 1]!, endMs, mostMs))
    if (after >= 0) throw missing(uri)
  }
  const { uri, endMs } = ends.at(-1)!
  const isRough = hasRoundedLengths || covering.last === segments.length - 1
  const untilMs = Math.min(endMs, range.endMs)
  const lastMs = shown.findLast((ms) => ms < untilMs) ?? Number.NEGATIVE_INFINITY
  const isCutShort = range.endMs < endMs - looseMs
  if (untilMs - lastMs > mostMs + (isRough && !isCutShort ? looseMs : 0)) throw missing(uri)
}

/** Whether the pause between these two frames is too long and lies where a segment ends. */
function isNear(ms: number, beforeMs: number, endMs: number, mostMs: number): boolean {
  return ms - beforeMs > mostMs && beforeMs < endMs + looseMs && ms > endMs - looseMs
}

/** The longest pause of frames away from the ends of segments; undefined when there is no such place. */
function longestPause(shown: readonly number[], ends: readonly { endMs: number }[]): number | undefined {
  let longest: number | undefined
  for (const [index, ms] of shown.entries()) {
    const before = shown[index - 1]
    if (before === undefined) continue
    const isAtEnd = ends.some(({ endMs }) => before < endMs + looseMs && ms > endMs - looseMs)
    if (!isAtEnd) longest = Math.max(longest ?? 0, ms - before)
  }
  return longest
}

function missing(uri: string): Error {
  return clipErrors.segmentDamaged(`Frames are missing at the end of "${uri}".`)
}
