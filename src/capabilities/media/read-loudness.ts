import type { MetadataResult } from '../../platform/ffmpeg/plan.ts'
import type { Loudness } from './analysis.ts'
import { loudnessKeys } from './analysis-plan.ts'

/** What the rows of the `ebur128` filter say of the whole: the last of each number, the highest peak. */
export function readLoudness(rows: MetadataResult): Loudness {
  // The last piece of sound is often too short to be measured and carries no numbers.
  const last = (key: string) => rows.values[key]?.findLast((value) => !Number.isNaN(value)) ?? Number.NaN
  const peaks = Object.keys(rows.values)
    .filter((key) => key.includes('true_peaks'))
    .map(last)
  const peak = Math.max(0, ...peaks.filter((value) => !Number.isNaN(value)))
  return {
    integratedLufs: finite(last(loudnessKeys.integrated), -70),
    truePeakDb: Number((peak > 0 ? Math.max(-99, 20 * Math.log10(peak)) : -99).toFixed(2)),
    rangeLu: finite(last(loudnessKeys.range), 0),
  }
}

function finite(value: number, otherwise: number): number {
  return Number.isFinite(value) ? Number(value.toFixed(2)) : otherwise
}
