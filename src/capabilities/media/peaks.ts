import type { LevelSeries } from '../../platform/ffmpeg/plan.ts'

/** A waveform to draw: for each moment the lowest and highest sample, −128 to 127. */
export type Peaks = { version: 1; samplesPerSecond: number; min: number[]; max: number[] }

/** Fewer samples for longer recordings, so that the file stays small enough for a page to load. */
export function peaksPerSecond(durationMs: number): number {
  if (durationMs <= 20 * 60_000) return 50
  return durationMs <= 2 * 60 * 60_000 ? 20 : 10
}

/** Makes the waveform file from measured levels. */
export function toPeaks(levels: LevelSeries, samplesPerSecond: number): Peaks {
  const round = (value: number) => Math.max(-128, Math.min(127, Math.round(value * 127)))
  return {
    version: 1,
    samplesPerSecond,
    min: Array.from(levels.min, round),
    max: Array.from(levels.max, round),
  }
}
