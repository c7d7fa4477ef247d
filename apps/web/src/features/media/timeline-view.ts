/** Which stretch of the recording the timeline shows, and how wide it is on the page. */
export type TimelineView = { startMs: number; msPerPx: number; widthPx: number; durationMs: number }

const closestMsPerPx = 2 // a frame at 30 fps is then 16 px wide

/** Everything at once. */
export function fitView(widthPx: number, durationMs: number): TimelineView {
  return { startMs: 0, msPerPx: Math.max(durationMs, 1) / Math.max(widthPx, 1), widthPx, durationMs }
}

export function msToPx(view: TimelineView, ms: number): number {
  return (ms - view.startMs) / view.msPerPx
}

export function pxToMs(view: TimelineView, px: number): number {
  return view.startMs + px * view.msPerPx
}

/** Zooms by a factor (above 1 is closer) while the moment at `anchorMs` stays where it is. */
export function zoomView(view: TimelineView, factor: number, anchorMs: number): TimelineView {
  const widest = fitView(view.widthPx, view.durationMs).msPerPx
  const msPerPx = Math.min(widest, Math.max(Math.min(closestMsPerPx, widest), view.msPerPx / factor))
  const anchorPx = msToPx(view, anchorMs)
  return scrolled({ ...view, msPerPx }, anchorMs - anchorPx * msPerPx)
}

/** Moves the view by pixels, never beyond the ends. */
export function scrollView(view: TimelineView, px: number): TimelineView {
  return scrolled(view, view.startMs + px * view.msPerPx)
}

/** The same view, moved just enough that the moment is inside. */
export function revealMs(view: TimelineView, ms: number): TimelineView {
  const px = msToPx(view, ms)
  if (px >= 0 && px <= view.widthPx) return view
  return scrolled(view, ms - (view.widthPx / 10) * view.msPerPx)
}

function scrolled(view: TimelineView, startMs: number): TimelineView {
  const last = Math.max(0, view.durationMs - view.widthPx * view.msPerPx)
  return { ...view, startMs: Math.min(last, Math.max(0, startMs)) }
}

const rulerStepsMs = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
]

/** Times for the ruler, at least `minGapPx` apart. */
export function rulerTicks(view: TimelineView, minGapPx: number): number[] {
  const stepMs = rulerStepsMs.find((step) => step / view.msPerPx >= minGapPx) ?? 3_600_000
  const endMs = Math.min(view.durationMs, pxToMs(view, view.widthPx))
  const ticks: number[] = []
  for (let ms = Math.ceil(view.startMs / stepMs) * stepMs; ms <= endMs; ms += stepMs) ticks.push(ms)
  return ticks
}
