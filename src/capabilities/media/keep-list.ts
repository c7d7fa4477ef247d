import { type FrameRate, frameToMs } from '../../kernel/time.ts'
import type { MsRange } from '../../kernel/ranges.ts'
import type { LevelSeries } from '../../platform/ffmpeg/plan.ts'
import type { AnalysisOptions, KeepRange } from './analysis.ts'

type FrameRange = { start: number; end: number }

/**
 * Finds what to keep of a recording, in whole frames, the way auto-editor does: a frame is loud when its highest
 * sample reaches the threshold; too short stretches are evened out, the loud ones get their margin, and what the
 * margins made too short is evened out again.
 */
export function findSpeech(
  levels: LevelSeries,
  input: { frames: number; frameRate: FrameRate; options: AnalysisOptions },
): { keep: KeepRange[]; silences: MsRange[] } {
  const { frames, frameRate, options } = input
  const framesIn = (ms: number) => Math.round((ms * frameRate.num) / (frameRate.den * 1000))
  const loud = loudFrames(levels, frames, options.threshold)
  const smooth = () => {
    replaceShort(loud, 1, framesIn(options.minClipMs))
    replaceShort(loud, 0, framesIn(options.minCutMs))
  }
  smooth()
  const speech = rangesOf(loud, 1)
  addMargin(loud, framesIn(options.marginMs))
  smooth()
  const toMs = ({ start, end }: FrameRange): MsRange => ({
    startMs: Math.round(frameToMs(start, frameRate)),
    endMs: Math.round(frameToMs(end, frameRate)),
  })
  return {
    keep: rangesOf(loud, 1).map((range) => ({
      startFrame: range.start,
      endFrame: range.end,
      ...toMs(range),
    })),
    silences: gaps(speech, frames).map(toMs),
  }
}

function loudFrames(levels: LevelSeries, frames: number, threshold: number): Uint8Array {
  const height = (index: number) => Math.max(levels.max[index] ?? 0, -(levels.min[index] ?? 0))
  let loudest = 0
  for (let index = 0; index < levels.max.length; index++) loudest = Math.max(loudest, height(index))
  // Relative to the loudest sample, so that a quiet microphone is not all silence.
  return Uint8Array.from({ length: frames }, (_, index) =>
    loudest > 0 && height(index) >= threshold * loudest ? 1 : 0,
  )
}

function rangesOf(marks: Uint8Array, wanted: 0 | 1): FrameRange[] {
  const ranges: FrameRange[] = []
  let start = -1
  for (let index = 0; index <= marks.length; index++) {
    const isIn = index < marks.length && marks[index] === wanted
    if (isIn && start < 0) start = index
    if (!isIn && start >= 0) {
      ranges.push({ start, end: index })
      start = -1
    }
  }
  return ranges
}

function replaceShort(marks: Uint8Array, value: 0 | 1, shorterThan: number): void {
  for (const { start, end } of rangesOf(marks, value)) {
    if (end - start < shorterThan) marks.fill(value === 1 ? 0 : 1, start, end)
  }
}

function addMargin(marks: Uint8Array, frames: number): void {
  for (const { start, end } of rangesOf(marks, 1)) {
    marks.fill(1, Math.max(0, start - frames), Math.min(marks.length, end + frames))
  }
}

function gaps(ranges: FrameRange[], frames: number): FrameRange[] {
  const edges = [0, ...ranges.flatMap(({ start, end }) => [start, end]), frames]
  const found: FrameRange[] = []
  for (let index = 0; index < edges.length; index += 2) {
    const [start, end] = [edges[index]!, edges[index + 1]!]
    if (end > start) found.push({ start, end })
  }
  return found
}
