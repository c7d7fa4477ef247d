import { formatExactTime, formatTime } from '../../ui/format.ts'
import { msToPx, pxToMs, rulerTicks, type TimelineView } from './timeline-view.ts'

export type Peaks = { samplesPerSecond: number; min: number[]; max: number[] }
export type TimelineMarks = {
  peaks?: Peaks
  silences: Array<{ startMs: number; endMs: number }>
  scenes: Array<{ atMs: number }>
}
export type TimelineInks = Record<'wave' | 'quiet' | 'scene' | 'line' | 'label' | 'shade', string>

export const rulerPx = 22

/** Reads the theme's colours, so that the canvas follows it. */
export function timelineInks(element: Element): TimelineInks {
  const style = getComputedStyle(element)
  const ink = (name: string) => style.getPropertyValue(name).trim()
  return {
    wave: ink('--wave'),
    quiet: ink('--wave-quiet'),
    scene: ink('--scene'),
    line: ink('--line'),
    label: ink('--ink-faint'),
    shade: ink('--neutral-soft'),
  }
}

/** Paints ruler, quiet parts, waveform and scene changes of the visible stretch. Heights are CSS pixels. */
export function drawTimeline(
  context: CanvasRenderingContext2D,
  view: TimelineView,
  heightPx: number,
  marks: TimelineMarks,
  inks: TimelineInks,
): void {
  context.clearRect(0, 0, view.widthPx, heightPx)
  drawSilences(context, view, heightPx, marks, inks)
  drawWave(context, view, heightPx, marks, inks)
  drawScenes(context, view, heightPx, marks, inks)
  drawRuler(context, view, inks)
}

function drawRuler(context: CanvasRenderingContext2D, view: TimelineView, inks: TimelineInks) {
  context.font = '500 11px "Inter Variable", sans-serif'
  context.textBaseline = 'middle'
  const ticks = rulerTicks(view, 72)
  const isFine = (ticks[1] ?? 0) - (ticks[0] ?? 0) < 1000
  for (const ms of ticks) {
    const x = Math.round(msToPx(view, ms)) + 0.5
    context.fillStyle = inks.line
    context.fillRect(x, 0, 1, rulerPx)
    context.fillStyle = inks.label
    const label = isFine ? formatExactTime(ms) : formatTime(ms)
    if (x + 48 < view.widthPx) context.fillText(label, x + 5, rulerPx / 2)
  }
  context.fillStyle = inks.line
  context.fillRect(0, rulerPx - 1, view.widthPx, 1)
}

function drawSilences(
  context: CanvasRenderingContext2D,
  view: TimelineView,
  heightPx: number,
  { silences }: TimelineMarks,
  inks: TimelineInks,
) {
  context.fillStyle = inks.shade
  for (const silence of silences) {
    const from = msToPx(view, silence.startMs)
    const to = msToPx(view, silence.endMs)
    if (to > 0 && from < view.widthPx)
      context.fillRect(from, rulerPx, Math.max(1, to - from), heightPx - rulerPx)
  }
}

function drawScenes(
  context: CanvasRenderingContext2D,
  view: TimelineView,
  heightPx: number,
  { scenes }: TimelineMarks,
  inks: TimelineInks,
) {
  context.fillStyle = inks.scene
  for (const scene of scenes) {
    const x = Math.round(msToPx(view, scene.atMs))
    if (x < 0 || x > view.widthPx) continue
    context.fillRect(x, rulerPx, 1, heightPx - rulerPx)
    context.beginPath()
    context.moveTo(x - 4, rulerPx)
    context.lineTo(x + 5, rulerPx)
    context.lineTo(x + 0.5, rulerPx + 6)
    context.fill()
  }
}

const barPx = 3

function drawWave(
  context: CanvasRenderingContext2D,
  view: TimelineView,
  heightPx: number,
  { peaks, silences }: TimelineMarks,
  inks: TimelineInks,
) {
  if (!peaks) return
  const middle = rulerPx + (heightPx - rulerPx) / 2
  const reach = (heightPx - rulerPx) / 2 - 6
  let silence = 0
  for (let x = 0; x < view.widthPx; x += barPx) {
    const fromMs = pxToMs(view, x)
    if (fromMs >= view.durationMs) break
    const level = loudestBetween(peaks, fromMs, pxToMs(view, x + barPx))
    while (silence < silences.length && (silences[silence]?.endMs ?? 0) <= fromMs) silence++
    const isQuiet = (silences[silence]?.startMs ?? Infinity) <= fromMs
    context.fillStyle = isQuiet ? inks.quiet : inks.wave
    const half = Math.max(1, level * reach)
    context.beginPath()
    context.roundRect(x, middle - half, barPx - 1, half * 2, 1)
    context.fill()
  }
}

/** 0 to 1: the largest swing between two moments. Peaks are signed bytes. */
function loudestBetween(peaks: Peaks, fromMs: number, toMs: number): number {
  const first = Math.floor((fromMs / 1000) * peaks.samplesPerSecond)
  const last = Math.max(first + 1, Math.ceil((toMs / 1000) * peaks.samplesPerSecond))
  let loudest = 0
  for (let at = first; at < last && at < peaks.max.length; at++) {
    loudest = Math.max(loudest, peaks.max[at] ?? 0, -(peaks.min[at] ?? 0))
  }
  return Math.min(1, loudest / 127)
}
