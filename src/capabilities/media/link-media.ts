import { and, desc, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import { signDelivery, type SignDeps } from '../assets/index.ts'
import { mediaAnalyses, mediaPackages } from './schema.ts'

/** Signed links to what was made from an asset; null where it has not been made yet. */
export type MediaLinks = {
  durationMs: number | null
  hlsUrl: string | null
  posterUrl: string | null
  contactSheetUrl: string | null
  /** The whole analysis as JSON. */
  analysisUrl: string | null
}

/** The newest of each of these assets, by id, for the product itself; assets that nothing was made from are left out. */
export async function linkMedia(
  deps: SignDeps & { db: Db },
  input: { workspaceId: string; assetIds: readonly string[] },
): Promise<Map<string, MediaLinks>> {
  const { workspaceId, assetIds } = input
  if (assetIds.length === 0) return new Map()
  const [found, made] = await Promise.all([
    // The parts that are shown, and not the whole, which grows with the recording.
    deps.db
      .selectDistinctOn([mediaAnalyses.assetId], {
        assetId: mediaAnalyses.assetId,
        prefix: mediaAnalyses.prefix,
        durationMs: mediaAnalyses.durationMs,
        poster: mediaAnalyses.poster,
        contactSheet: mediaAnalyses.contactSheet,
      })
      .from(mediaAnalyses)
      .where(and(inArray(mediaAnalyses.assetId, [...assetIds]), eq(mediaAnalyses.workspaceId, workspaceId)))
      .orderBy(mediaAnalyses.assetId, desc(mediaAnalyses.createdAt)),
    deps.db
      .selectDistinctOn([mediaPackages.assetId], {
        assetId: mediaPackages.assetId,
        prefix: mediaPackages.prefix,
        hls: mediaPackages.hls,
      })
      .from(mediaPackages)
      .where(and(inArray(mediaPackages.assetId, [...assetIds]), eq(mediaPackages.workspaceId, workspaceId)))
      .orderBy(mediaPackages.assetId, desc(mediaPackages.createdAt)),
  ])
  const packages = new Map(
    made.map(({ assetId, prefix, hls }) => [
      assetId,
      hls === null ? null : signDelivery(deps, { prefix }) + hls,
    ]),
  )
  return new Map(
    found.map(({ assetId, prefix, durationMs, poster, contactSheet }) => {
      const folder = signDelivery(deps, { prefix })
      return [
        assetId,
        {
          durationMs,
          hlsUrl: packages.get(assetId) ?? null,
          posterUrl: poster === null ? null : folder + poster,
          contactSheetUrl: contactSheet === null ? null : folder + contactSheet,
          analysisUrl: `${folder}analysis.json`,
        },
      ]
    }),
  )
}
