import { createHash } from 'node:crypto'
import { type AnalysisOptions, defaultAnalysisOptions } from './analysis.ts'
import type { LadderSizes } from './ladder.ts'

// Counted up when the same options give another result, so that old results are not taken for new ones.
const analysisVersion = 2
const packageVersion = 2

/** Names an analysis by everything that shapes it except the file. */
export function analysisHash(options: Partial<AnalysisOptions> = {}): string {
  const { threshold, marginMs, minCutMs, minClipMs } = { ...defaultAnalysisOptions, ...options }
  return hashOf(['analysis', analysisVersion, threshold, marginMs, minCutMs, minClipMs])
}

/** Names a streaming package in the same way. */
export function packageHash(options: PackageOptions = {}): string {
  const { maxHeight = null, sizes = 'few', captions = null, encrypted = false } = options
  return hashOf(['package', packageVersion, maxHeight, sizes, captions, encrypted])
}

/** What shapes a package beside the file. */
export type PackageOptions = {
  maxHeight?: number
  sizes?: LadderSizes
  /** Names the captions in it, such as the version of a transcript. */
  captions?: string
  encrypted?: boolean
}

function hashOf(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
