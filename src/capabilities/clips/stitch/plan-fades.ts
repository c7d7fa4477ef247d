import { ticksToMs } from '../cutter/cut-plan.ts'
import { type ScannedPart, lengthMs } from './scan-part.ts'

/** A stretch of the new file before it is known how its pictures are made. `part` counts the parts that were asked for. */
export type Piece =
  | { kind: 'plain'; part: number; scanned: ScannedPart }
  | { kind: 'fade'; part: number; scanned: ScannedPart; tail: ScannedPart }

/**
 * Cuts the parts where they pass into each other: only the fade itself is mixed and encoded, the rest stays what it
 * was. A fade takes at most half of the shorter of its two parts; one of less than two frames is left out. Pure.
 */
export function planFades(parts: readonly ScannedPart[], fadeMs: number): Piece[] {
  const pieces: Piece[] = []
  let rest = parts[0]!
  for (const [index, next] of parts.entries()) {
    if (index === 0) continue
    const before = parts[index - 1]!
    const lengthOfFade = Math.min(fadeMs, lengthMs(before) / 2, lengthMs(next) / 2)
    const head = takeFrames(next, (ms) => ms < lengthOfFade)
    const tail = head && takeFrames(rest, (ms) => ms >= lengthMs(rest) - lengthMs(head) - 0.5)
    const isFaded = fadeMs > 0 && head !== undefined && head.pts.length >= 2 && tail !== undefined
    const ending = isFaded ? takeFrames(rest, (_ms, pts) => pts < tail.pts[0]!) : rest
    if (ending) pieces.push({ kind: 'plain', part: index - 1, scanned: ending })
    if (isFaded) {
      pieces.push({ kind: 'fade', part: index, scanned: head, tail })
      rest = takeFrames(next, (_ms, pts) => pts > head.pts.at(-1)!) ?? next
    } else {
      rest = next
    }
  }
  pieces.push({ kind: 'plain', part: parts.length - 1, scanned: rest })
  return pieces
}

/** The part with only some of its frames, which must follow each other; undefined when there are none. */
function takeFrames(
  part: ScannedPart,
  isWanted: (ms: number, pts: number) => boolean,
): ScannedPart | undefined {
  const { pts: all, timeBase, originTicks, endTicks, range } = part
  const pts = all.filter((at) => isWanted(ticksToMs(at - all[0]!, timeBase), at))
  const [first] = pts
  if (first === undefined) return undefined
  const after = all[all.indexOf(pts.at(-1)!) + 1]
  const wanted = { start: first === all[0] ? range.start : first, end: after ?? range.end }
  return {
    ...part,
    job: {
      ...part.job,
      startMs: ticksToMs(wanted.start - originTicks, timeBase),
      endMs: ticksToMs(wanted.end - originTicks, timeBase),
    },
    range: wanted,
    pts,
    endTicks: after ?? endTicks,
  }
}
