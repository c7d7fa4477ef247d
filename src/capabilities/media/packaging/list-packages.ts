import { and, desc, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { type SignDeps, getAsset, signDelivery } from '../../assets/index.ts'
import { mediaPackages } from '../schema.ts'

export type AssetPackage = {
  packageHash: string
  hlsUrl: string
  dashUrl: string | null
  encrypted: boolean
  renditions: Array<{ name: string; width: number; height: number; bitrate: number; copied: boolean }>
  captions: string[]
  segmentMs: number
  durationMs: number
  sizeBytes: number
  notes: string[]
  createdAt: string
}

/** The streaming packages of an asset, newest first, with signed links. Fails with `assets.notFound`. */
export async function listPackages(
  deps: SignDeps & { db: Db },
  input: { actor: Actor; assetId: string },
): Promise<AssetPackage[]> {
  const { actor, assetId } = input
  assertMay(actor, 'media.read')
  await getAsset(deps, { actor, assetId })
  const rows = await deps.db
    .select()
    .from(mediaPackages)
    .where(and(eq(mediaPackages.assetId, assetId), eq(mediaPackages.workspaceId, actor.workspaceId)))
    .orderBy(desc(mediaPackages.createdAt))
    .limit(50)
  return rows.map(({ optionsHash, prefix, package: made, createdAt }) => {
    const folder = signDelivery(deps, { prefix })
    return {
      packageHash: optionsHash,
      hlsUrl: folder + made.hls,
      dashUrl: made.dash ? folder + made.dash : null,
      encrypted: made.encrypted ?? false,
      renditions: made.renditions.map(({ name, width, height, bitrate, copied }) => ({
        name,
        width,
        height,
        bitrate,
        copied,
      })),
      captions: (made.captions ?? []).map(({ language }) => language),
      segmentMs: made.segmentMs,
      durationMs: made.durationMs,
      sizeBytes: made.sizeBytes,
      notes: made.notes,
      createdAt: createdAt.toISOString(),
    }
  })
}
