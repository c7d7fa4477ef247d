import type { Db } from '../../platform/db/client.ts'
import type { Analysis } from './analysis.ts'
import type { Package } from './package.ts'
import type { Probe } from './probe.ts'
import { mediaAnalyses, mediaPackages } from './schema.ts'

/** Which work a result belongs to. */
export type MediaKey = {
  workspaceId: string
  assetId: string
  contentSha256: string
  /** From `analysisHash` or `packageHash`. */
  optionsHash: string
}

type SaveDeps = { db: Db; now?: () => Date }

/** Keeps what was found in an asset; saving the same work again replaces it. Its files are below `prefix`. */
export async function saveAnalysis(
  deps: SaveDeps,
  input: MediaKey & { probe: Probe; analysis: Analysis; prefix: string },
): Promise<void> {
  const { probe, analysis, prefix } = input
  await deps.db
    .insert(mediaAnalyses)
    .values({ ...input, createdAt: deps.now?.() ?? new Date() })
    .onConflictDoUpdate({
      target: [mediaAnalyses.assetId, mediaAnalyses.contentSha256, mediaAnalyses.optionsHash],
      set: { probe, analysis, prefix },
    })
}

/** Keeps the streaming package of an asset; saving the same work again replaces it. */
export async function savePackage(
  deps: SaveDeps,
  input: MediaKey & { package: Package; prefix: string },
): Promise<void> {
  const { package: made, prefix } = input
  await deps.db
    .insert(mediaPackages)
    .values({ ...input, createdAt: deps.now?.() ?? new Date() })
    .onConflictDoUpdate({
      target: [mediaPackages.assetId, mediaPackages.contentSha256, mediaPackages.optionsHash],
      set: { package: made, prefix },
    })
}
