import { and, eq, isNull } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { publishEvent } from '../../platform/events/index.ts'
import { staleUpdate } from '../../platform/http/etag.ts'
import { recordAudit } from '../audit/index.ts'
import { cleanAssetName } from './asset-name.ts'
import { type Asset, toAsset } from './asset.ts'
import { findAsset } from './get-asset.ts'
import { assets } from './schema.ts'
import type { SignDeps } from './sign-delivery.ts'

export type UpdateAsset = {
  actor: Actor
  assetId: string
  /** The version that the change was made on; another one means someone else was faster. */
  version: number
  name: string
}

/** Renames an asset. A lost update is refused with both versions. */
export async function updateAsset(deps: SignDeps & { db: Db }, input: UpdateAsset): Promise<Asset> {
  const { actor, assetId, version } = input
  assertMay(actor, 'assets.write')
  const name = cleanAssetName(input.name)
  return deps.db.transaction(async (tx) => {
    const current = await findAsset(tx, input, { forUpdate: true })
    if (current.version !== version) {
      throw staleUpdate({ yours: version, current: current.version, resource: toAsset(deps, current) })
    }
    const [row] = await tx
      .update(assets)
      .set({ name, version: version + 1, updatedAt: deps.now?.() ?? new Date() })
      .where(eq(assets.id, assetId))
      .returning()
    await recordAudit(tx, {
      actor,
      action: 'asset.renamed',
      subjectId: assetId,
      detail: { from: current.name, to: name },
    })
    await publishEvent(tx, {
      type: 'asset.updated',
      workspaceId: actor.workspaceId,
      subjectId: assetId,
      data: { name },
    })
    return toAsset(deps, row!)
  })
}

export type AssetFacts = { durationMs?: number; width?: number; height?: number }

/** Keeps what looking into the file has shown, for lists. No new version: it is not a person's change. */
export async function saveAssetFacts(
  db: Db,
  input: { actor: Actor; assetId: string; facts: AssetFacts },
): Promise<void> {
  const { actor, assetId, facts } = input
  assertMay(actor, 'assets.write')
  const { durationMs = null, width = null, height = null } = facts
  await db
    .update(assets)
    .set({ durationMs: durationMs === null ? null : Math.round(durationMs), width, height })
    .where(and(eq(assets.id, assetId), eq(assets.workspaceId, actor.workspaceId), isNull(assets.deletedAt)))
  await publishEvent(db, {
    type: 'asset.updated',
    workspaceId: actor.workspaceId,
    subjectId: assetId,
    data: { ...facts },
  })
}
