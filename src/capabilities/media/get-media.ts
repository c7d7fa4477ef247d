import { and, desc, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { signDelivery, type SignDeps } from '../assets/index.ts'
import type { Analysis } from './analysis.ts'
import { mediaErrors } from './errors.ts'
import type { Package } from './package.ts'
import type { Probe } from './probe.ts'
import { mediaAnalyses, mediaPackages } from './schema.ts'

/** What is inside an asset, with signed links to the files that were made from it. */
export type Media = {
  assetId: string
  probe: Probe
  analysis: Analysis
  package: Package | null
  hlsUrl: string | null
  posterUrl: string
  contactSheetUrl: string
  peaksUrl: string
  /** The track of small pictures for scrubbing; null for analyses from before there were any. */
  spritesUrl: string | null
}

type ReadDeps = SignDeps & { db: Db }

/** The newest analysis and package of an asset. Fails with `media.notAnalyzed`, also for those of other workspaces. */
export async function getMedia(deps: ReadDeps, input: { actor: Actor; assetId: string }): Promise<Media> {
  assertMay(input.actor, 'media.read')
  const { assetId, actor } = input
  const found = await findAnalysis(deps, { workspaceId: actor.workspaceId, assetId })
  if (!found) throw mediaErrors.notAnalyzed('This asset has not been analysed.', { detail: { assetId } })
  const made = await findPackage(deps, { workspaceId: actor.workspaceId, assetId })
  const folder = signDelivery(deps, { prefix: found.prefix })
  return {
    assetId,
    probe: found.probe,
    analysis: found.analysis,
    package: made?.package ?? null,
    hlsUrl: made ? signDelivery(deps, { prefix: made.prefix }) + made.package.hls : null,
    posterUrl: folder + found.analysis.poster,
    contactSheetUrl: folder + found.analysis.contactSheet,
    peaksUrl: folder + found.analysis.peaks,
    spritesUrl: found.analysis.sprites ? folder + found.analysis.sprites.vtt : null,
  }
}

/** Where the newest package of an asset is stored; undefined when there is none. */
export async function findPackage(
  deps: { db: Db },
  input: { workspaceId: string; assetId: string },
): Promise<{ package: Package; prefix: string } | undefined> {
  const [row] = await deps.db
    .select({ package: mediaPackages.package, prefix: mediaPackages.prefix })
    .from(mediaPackages)
    .where(and(eq(mediaPackages.assetId, input.assetId), eq(mediaPackages.workspaceId, input.workspaceId)))
    .orderBy(desc(mediaPackages.createdAt))
    .limit(1)
  return row
}

export type FindAnalysis = { workspaceId: string; assetId: string; optionsHash?: string }

/** The newest analysis of an asset, with these options if they are named; undefined when there is none. */
export async function findAnalysis(
  deps: { db: Db },
  input: FindAnalysis,
): Promise<{ probe: Probe; analysis: Analysis; prefix: string } | undefined> {
  const [row] = await deps.db
    .select({ probe: mediaAnalyses.probe, analysis: mediaAnalyses.analysis, prefix: mediaAnalyses.prefix })
    .from(mediaAnalyses)
    .where(
      and(
        eq(mediaAnalyses.assetId, input.assetId),
        eq(mediaAnalyses.workspaceId, input.workspaceId),
        input.optionsHash ? eq(mediaAnalyses.optionsHash, input.optionsHash) : undefined,
      ),
    )
    .orderBy(desc(mediaAnalyses.createdAt))
    .limit(1)
  return row
}
