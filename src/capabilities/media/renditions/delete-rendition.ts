import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay, systemActor } from '../../../kernel/actor.ts'
import { AppError } from '../../../kernel/errors.ts'
import { cancelRun, getRun } from '../../../platform/durable/index.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { type AssetDeps, assetErrors, deleteAsset, releaseReference } from '../../assets/index.ts'
import { recordAudit } from '../../audit/index.ts'
import { mediaRenditions } from '../schema.ts'
import { findRendition } from './rendition.ts'

type DeleteDeps = Pick<AssetDeps, 'db' | 'storage' | 'log' | 'now'>

/** Deletes a rendition with its file, unless another one has the same content; a run that still makes it is cancelled. */
export async function deleteRendition(
  deps: DeleteDeps,
  input: { actor: Actor; renditionId: string },
): Promise<void> {
  const { actor, renditionId } = input
  assertMay(actor, 'media.write')
  const { workspaceId } = actor
  const row = await deps.db.transaction(async (tx) => {
    const found = await findRendition(tx, { workspaceId, renditionId }, { forUpdate: true })
    const { assetId, fileAssetId, preset } = found
    if (fileAssetId) await releaseReference(tx, { actor, assetId: fileAssetId, holderId: renditionId })
    await tx.delete(mediaRenditions).where(eq(mediaRenditions.id, renditionId))
    const data = { assetId, preset }
    await recordAudit(tx, { actor, action: 'rendition.deleted', subjectId: renditionId, detail: data })
    await publishEvent(tx, { type: 'rendition.deleted', workspaceId, subjectId: renditionId, data })
    return found
  })
  const system = systemActor('renditions', workspaceId)
  if (row.runId && (row.state === 'queued' || row.state === 'processing')) {
    const run = await getRun(deps.db, { actor: system, runId: row.runId })
    if (run.state === 'queued' || run.state === 'running') {
      await cancelRun(deps.db, { actor: system, runId: run.id })
    }
  }
  if (row.fileAssetId) await deleteRenditionFile(deps, { workspaceId, fileAssetId: row.fileAssetId })
}

/** Deletes a made file that no rendition points to any more. What is gone already is fine. */
export async function deleteRenditionFile(
  deps: DeleteDeps,
  input: { workspaceId: string; fileAssetId: string },
): Promise<void> {
  const { workspaceId, fileAssetId } = input
  const [used] = await deps.db
    .select({ id: mediaRenditions.id })
    .from(mediaRenditions)
    .where(and(eq(mediaRenditions.workspaceId, workspaceId), eq(mediaRenditions.fileAssetId, fileAssetId)))
    .limit(1)
  if (used) return
  try {
    await deleteAsset(deps, { actor: systemActor('renditions', workspaceId), assetId: fileAssetId })
  } catch (error) {
    if (!(error instanceof AppError && error.row === assetErrors.rows.notFound)) throw error
  }
}
