import { and, eq, isNull } from 'drizzle-orm'
import type { Actor } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../../platform/db/client.ts'
import { publishEvent } from '../../platform/events/index.ts'
import { recordAudit } from '../audit/index.ts'
import type { AssetKind, AssetRow } from './asset.ts'
import { confirmStored } from './removals.ts'
import { assets } from './schema.ts'

export type NewAsset = {
  actor: Pick<Actor, 'kind' | 'id' | 'workspaceId'>
  name: string
  kind: AssetKind
  contentType: string
  sizeBytes: number
  sha256: string
  storageKey: string
  now: Date
}

/** The asset of the workspace that has this content, if any. */
export async function findByContent(
  db: Db,
  workspaceId: string,
  sha256: string,
): Promise<AssetRow | undefined> {
  const [row] = await db
    .select()
    .from(assets)
    .where(and(eq(assets.workspaceId, workspaceId), eq(assets.sha256, sha256), isNull(assets.deletedAt)))
  return row
}

/**
 * Makes stored bytes an asset, in the caller's transaction. If another request was faster with the same content,
 * the result is that asset, and the bytes are left to the caller or the sweep.
 */
export async function registerAsset(
  tx: Db,
  input: NewAsset,
): Promise<{ row: AssetRow; isDuplicate: boolean }> {
  const { actor, now, ...facts } = input
  const { workspaceId } = actor
  const [added] = await tx
    .insert(assets)
    .values({
      id: newId('asset'),
      workspaceId,
      ...facts,
      version: 1,
      createdBy: actor.id,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoNothing()
    .returning()
  if (!added) {
    const row = await findByContent(tx, workspaceId, input.sha256)
    if (!row) throw new Error('An asset with this content was added and deleted in the same moment')
    return { row, isDuplicate: true }
  }
  await confirmStored(tx, input.storageKey)
  const { name, kind, sizeBytes } = input
  await recordAudit(tx, {
    actor,
    action: 'asset.created',
    subjectId: added.id,
    detail: { name, kind, sizeBytes },
  })
  await publishEvent(tx, { type: 'asset.created', workspaceId, subjectId: added.id, data: { name, kind } })
  return { row: added, isDuplicate: false }
}
