/** A half-open stretch of time, `[startMs, endMs)`, in milliseconds from the start of the media. */
export type MsRange = { startMs: number; endMs: number }

/** Length of a range in milliseconds. */
export function rangeLengthMs(range: MsRange): number {
  return range.endMs - range.startMs
}

/** The parts of `[0, totalMs)` that none of the ranges covers, in order. Ranges may overlap or be unsorted. */
export function gapsBetween(ranges: readonly MsRange[], totalMs: number): MsRange[] {
  const gaps: MsRange[] = []
  let at = 0
  for (const range of [...ranges].sort((a, b) => a.startMs - b.startMs)) {
    const startMs = Math.min(range.startMs, totalMs)
    if (startMs > at) gaps.push({ startMs: at, endMs: startMs })
    at = Math.max(at, range.endMs)
  }
  if (at < totalMs) gaps.push({ startMs: at, endMs: totalMs })
  return gaps
}

/** Milliseconds that two ranges share. */
export function overlapMs(a: MsRange, b: MsRange): number {
  return Math.max(0, Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs))
}
