import { and, eq, ne, or } from 'drizzle-orm'
import { type Actor, assertMay, systemActor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Db } from '../../platform/db/client.ts'
import { cancelRun, getRun } from '../../platform/durable/index.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { type AssetDeps, assetErrors, deleteAsset, releaseReference } from '../assets/index.ts'
import { recordAudit } from '../audit/index.ts'
import type { ClipRow } from './clip.ts'
import { findClip } from './find-clip.ts'
import { clips } from './schema.ts'
import { clipStitches } from './stitches/schema.ts'
import { cutClipWorkflow } from './workflow.ts'

export type DeleteClipDeps = Pick<AssetDeps, 'db' | 'storage' | 'log' | 'now'>

/**
 * Deletes a clip with its files; a run that still cuts it for itself is cancelled. Files that another clip shares
 * (the same content is stored once) stay.
 */
export async function deleteClip(
  deps: DeleteClipDeps,
  input: { actor: Actor; clipId: string },
): Promise<void> {
  const { actor, clipId } = input
  assertMay(actor, 'clips.write')
  const { workspaceId } = actor
  const row = await deps.db.transaction(async (tx) => {
    const found = await findClip(tx, { workspaceId, clipId }, { forUpdate: true })
    for (const assetId of filesOf(found)) await releaseReference(tx, { actor, assetId, holderId: clipId })
    await tx.delete(clips).where(eq(clips.id, clipId))
    await recordAudit(tx, {
      actor,
      action: 'clip.deleted',
      subjectId: clipId,
      detail: { title: found.title },
    })
    await publishEvent(tx, {
      type: 'clip.deleted',
      workspaceId,
      subjectId: clipId,
      data: { assetId: found.assetId },
    })
    return found
  })
  if (row.runId && (row.state === 'queued' || row.state === 'processing'))
    await cancelOwnRun(deps.db, row, actor)
  await deleteFiles(deps, workspaceId, filesOf(row))
}

export function filesOf(row: Pick<ClipRow, 'fileAssetId' | 'thumbnailAssetId'>): string[] {
  return [row.fileAssetId, row.thumbnailAssetId].filter((id) => id !== null)
}

/** Deletes files of clips unless a clip still uses them. What is gone already is fine. */
export async function deleteFiles(
  deps: DeleteClipDeps,
  workspaceId: string,
  assetIds: string[],
): Promise<void> {
  for (const assetId of assetIds) {
    if (await isUsed(deps.db, workspaceId, assetId)) continue
    try {
      await deleteAsset(deps, { actor: systemActor('clips', workspaceId), assetId })
    } catch (error) {
      if (!(error instanceof AppError && error.row === assetErrors.rows.notFound)) throw error
    }
  }
}

async function isUsed(db: Db, workspaceId: string, assetId: string): Promise<boolean> {
  const used = await db
    .select({ id: clips.id })
    .from(clips)
    .where(
      and(
        eq(clips.workspaceId, workspaceId),
        or(eq(clips.fileAssetId, assetId), eq(clips.thumbnailAssetId, assetId), eq(clips.assetId, assetId)),
        ne(clips.id, ''),
      ),
    )
    .limit(1)
  if (used.length > 0) return true
  const joined = await db
    .select({ id: clipStitches.id })
    .from(clipStitches)
    .where(
      and(
        eq(clipStitches.workspaceId, workspaceId),
        or(eq(clipStitches.fileAssetId, assetId), eq(clipStitches.thumbnailAssetId, assetId)),
      ),
    )
    .limit(1)
  return joined.length > 0
}

/** The run of a single clip ends with it; a run that makes more than this clip goes on. */
async function cancelOwnRun(db: Db, row: ClipRow, actor: Actor): Promise<void> {
  const system = systemActor('clips', actor.workspaceId)
  const run = await getRun(db, { actor: system, runId: row.runId! })
  if (run.workflow === cutClipWorkflow.name && (run.state === 'queued' || run.state === 'running')) {
    await cancelRun(db, { actor: system, runId: run.id })
  }
}
