import { createHash } from 'node:crypto'
import { type AnalysisOptions, defaultAnalysisOptions } from './analysis.ts'

// Counted up when the same options give another result, so that old results are not taken for new ones.
const analysisVersion = 2
const packageVersion = 1

/** Names an analysis by everything that shapes it except the file. */
export function analysisHash(options: Partial<AnalysisOptions> = {}): string {
  const { threshold, marginMs, minCutMs, minClipMs } = { ...defaultAnalysisOptions, ...options }
  return hashOf(['analysis', analysisVersion, threshold, marginMs, minCutMs, minClipMs])
}

/** Names a streaming package in the same way. */
export function packageHash(options: { maxHeight?: number } = {}): string {
  return hashOf(['package', packageVersion, options.maxHeight ?? null])
}

function hashOf(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
