import { and, asc, eq, inArray } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { startRun } from '../../../platform/durable/index.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { recordAudit } from '../../audit/index.ts'
import type { ClipDeps } from '../create-clip.ts'
import { clips } from '../schema.ts'
import type { Batch } from './batch.ts'
import { clipBatchWorkflow } from './batch-workflow.ts'
import { clipBatchErrors } from './errors.ts'
import { findBatch, getBatch } from './get-batch.ts'
import { clipBatchItems, clipBatches } from './schema.ts'

/**
 * Cuts those clips of a finished batch again that failed or were cancelled, in a run of their own; what is there stays.
 * Fails with `clipBatches.notFound`, `clipBatches.unfinished` or `clipBatches.nothingToRetry`.
 */
export async function retryBatch(deps: ClipDeps, input: { actor: Actor; batchId: string }): Promise<Batch> {
  const { actor, batchId } = input
  assertMay(actor, 'clips.write')
  const { workspaceId } = actor
  await deps.db.transaction(async (tx) => {
    const batch = await findBatch(tx, { workspaceId, batchId }, { forUpdate: true })
    if (!batch.finishedAt) throw clipBatchErrors.unfinished(`This batch is ${batch.state}.`)
    const rows = await tx
      .select({ id: clips.id, assetId: clips.assetId })
      .from(clipBatchItems)
      .innerJoin(clips, eq(clips.id, clipBatchItems.clipId))
      .where(
        and(
          eq(clipBatchItems.batchId, batchId),
          eq(clips.workspaceId, workspaceId),
          inArray(clips.state, ['failed', 'cancelled']),
        ),
      )
      .orderBy(asc(clipBatchItems.position))
    if (rows.length === 0) throw clipBatchErrors.nothingToRetry('Every clip of this batch is there.')
    const clipIds = rows.map(({ id }) => id)
    const run = await startRun(tx, {
      workflow: clipBatchWorkflow,
      workspaceId,
      actor,
      input: { batchId, clipIds, concurrency: batch.concurrency },
      subjectId: batchId,
      title: `Cut ${batch.name.slice(0, 80)} again`,
    })
    const runId = run.id
    const again = { state: 'queued' as const, error: null, runId, updatedAt: deps.now?.() ?? new Date() }
    await tx.update(clips).set(again).where(inArray(clips.id, clipIds))
    await tx
      .update(clipBatchItems)
      .set({ cancelRequestedAt: null })
      .where(and(eq(clipBatchItems.batchId, batchId), inArray(clipBatchItems.clipId, clipIds)))
    await tx
      .update(clipBatches)
      .set({ state: 'queued', runId, finishedAt: null })
      .where(eq(clipBatches.id, batchId))
    for (const { id, assetId } of rows) {
      const data = { assetId, runId, batchId }
      await publishEvent(tx, { type: 'clip.queued', workspaceId, subjectId: id, data })
    }
    const detail = { clips: clipIds.length }
    await recordAudit(tx, { actor, action: 'clipBatch.retried', subjectId: batchId, detail })
  })
  return getBatch(deps, { actor, batchId })
}
