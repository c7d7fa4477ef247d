import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { publishEvent } from '../../platform/events/index.ts'
import { recordAudit } from '../audit/index.ts'
import type { AssetDeps } from './asset-deps.ts'
import type { AssetRow } from './asset.ts'
import { findAsset } from './get-asset.ts'
import { queueRemoval, sweepAssets } from './removals.ts'
import { assetDerived, assetReferences, assets } from './schema.ts'

/**
 * Deletes an asset. It is gone for people at once; its bytes are released at once too, or, while clips and drafts
 * still refer to it, when the last of them lets go.
 */
export async function deleteAsset(
  deps: Pick<AssetDeps, 'db' | 'storage' | 'log' | 'now'>,
  input: { actor: Actor; assetId: string },
): Promise<void> {
  const { actor, assetId } = input
  assertMay(actor, 'assets.write')
  const now = deps.now?.() ?? new Date()
  await deps.db.transaction(async (tx) => {
    const row = await findAsset(tx, input, { forUpdate: true })
    if (await isReferenced(tx, assetId))
      await tx.update(assets).set({ deletedAt: now }).where(eq(assets.id, assetId))
    else await purge(tx, row, now)
    await recordAudit(tx, { actor, action: 'asset.deleted', subjectId: assetId, detail: { name: row.name } })
    await publishEvent(tx, {
      type: 'asset.deleted',
      workspaceId: actor.workspaceId,
      subjectId: assetId,
      data: {},
    })
  })
  try {
    await sweepAssets(deps)
  } catch (err) {
    // The deletion itself is done; the queue keeps what the storage could not take now.
    deps.log.warn({ err, assetId }, 'bytes of a deleted file are removed later')
  }
}

export type Reference = {
  actor: Pick<Actor, 'workspaceId'>
  assetId: string
  /** Who needs the file: `clip_…`. */
  holderId: string
}

/** Keeps an asset's bytes for a holder, in the caller's transaction. Repeating it changes nothing. */
export async function addReference(tx: Db, reference: Reference): Promise<void> {
  const { actor, assetId, holderId } = reference
  await findAsset(tx, { actor: actor as Actor, assetId }, { forUpdate: true })
  await tx.insert(assetReferences).values({ assetId, holderId, createdAt: new Date() }).onConflictDoNothing()
}

/**
 * Lets an asset go, in the caller's transaction. If it was deleted and this was the last holder, its bytes are
 * released by the next `sweepAssets`.
 */
export async function releaseReference(tx: Db, reference: Reference): Promise<void> {
  const { actor, assetId, holderId } = reference
  const [row] = await tx.select().from(assets).where(eq(assets.id, assetId)).for('update')
  if (row?.workspaceId !== actor.workspaceId) return
  await tx
    .delete(assetReferences)
    .where(and(eq(assetReferences.assetId, assetId), eq(assetReferences.holderId, holderId)))
  if (row.deletedAt && !(await isReferenced(tx, assetId))) await purge(tx, row, new Date())
}

async function isReferenced(tx: Db, assetId: string): Promise<boolean> {
  const found = await tx.select().from(assetReferences).where(eq(assetReferences.assetId, assetId)).limit(1)
  return found.length > 0
}

async function purge(tx: Db, row: AssetRow, now: Date): Promise<void> {
  const derived = await tx.select().from(assetDerived).where(eq(assetDerived.assetId, row.id))
  for (const { prefix } of derived) await queueRemoval(tx, prefix, now)
  await queueRemoval(tx, row.storageKey, now)
  await tx.delete(assets).where(eq(assets.id, row.id))
}
