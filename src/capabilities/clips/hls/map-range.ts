import { clipErrors } from '../errors.ts'
import type { MediaPlaylist, Stretch } from './playlist.ts'

/** The segments of one stretch that a range needs. */
export type Covering = { stretch: Stretch; first: number; last: number }

/** A range that begins so shortly after a segment does needs the sound at the end of the one before. */
const soundBeforeMs = 100

/** Lengths in playlists are rounded; an end this little beyond the last one means the end. */
const slackMs = 500

/**
 * The segments that cover `[startMs, endMs)`, stretch by stretch; pure. Fails with `clips.outOfRange` or
 * `clips.programmeGap`.
 */
export function coverRange(playlist: MediaPlaylist, range: { startMs: number; endMs: number }): Covering[] {
  const { durationMs, segments } = playlist
  if (range.startMs >= durationMs || range.endMs > durationMs + slackMs) {
    throw clipErrors.outOfRange(
      `The programme is ${(durationMs / 1000).toFixed(3)} s long; the range goes to ${(range.endMs / 1000).toFixed(3)} s.`,
      { detail: { durationMs: Math.round(durationMs) } },
    )
  }
  return playlist.stretches
    .filter(({ startMs, endMs }) => startMs < range.endMs && endMs > range.startMs)
    .map((stretch) => {
      let first = stretch.first
      while (first < stretch.last && segments[first + 1]!.startMs <= range.startMs) first++
      let last = first
      while (last < stretch.last && segments[last + 1]!.startMs < range.endMs) last++
      for (let index = first; index <= last; index++) assertNoGap(playlist, index)
      const isClose = range.startMs - segments[first]!.startMs < soundBeforeMs
      if (isClose && first > stretch.first && !segments[first - 1]!.isGap) first--
      return { stretch, first, last }
    })
}

function assertNoGap({ segments }: MediaPlaylist, index: number): void {
  const { isGap, startMs, durationMs } = segments[index]!
  if (!isGap) return
  const [from, to] = [startMs / 1000, (startMs + durationMs) / 1000]
  throw clipErrors.programmeGap(`Nothing was stored from ${from.toFixed(3)} s to ${to.toFixed(3)} s.`)
}

/** The segments of the sound's own playlist for a stretch of the pictures' one; undefined when it has none there. */
export function coverSound(
  playlist: MediaPlaylist,
  stretchIndex: number,
  fromMs: number,
  toMs: number,
): Covering | undefined {
  const stretch = playlist.stretches[stretchIndex]
  if (!stretch) return undefined
  const { segments } = playlist
  const [startMs, endMs] = [stretch.startMs + fromMs - 250, stretch.startMs + toMs + 100]
  let first = stretch.first
  while (first < stretch.last && segments[first + 1]!.startMs <= startMs) first++
  let last = first
  while (last < stretch.last && segments[last + 1]!.startMs < endMs) last++
  for (let index = first; index <= last; index++) assertNoGap(playlist, index)
  return { stretch, first, last }
}
