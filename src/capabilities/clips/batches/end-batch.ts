import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Actor } from '../../../kernel/actor.ts'
import type { RunError } from '../../../platform/durable/index.ts'
import type { Db } from '../../../platform/db/client.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { notify } from '../../notifications/index.ts'
import { failClip } from '../discard-clips.ts'
import { clips } from '../schema.ts'
import { startStitch } from '../stitches/create-stitch.ts'
import { type BatchRow, type BatchState, overallState } from './batch.ts'
import { findBatch, toSummaries } from './get-batch.ts'
import { clipBatchItems, clipBatches } from './schema.ts'

export type EndBatch = {
  actor: Actor
  batchId: string
  /** Why clips that are not finished will not be: they get this failure, or are cancelled. */
  because?: RunError
}

/**
 * Ends a batch in the caller's transaction: state from its clips, event, notification. One that has ended keeps its
 * state and tells nobody again; clips that a step had moved on meanwhile are put right.
 */
export async function endBatch(
  tx: Db,
  input: EndBatch,
  now: () => Date = () => new Date(),
): Promise<BatchState> {
  const { actor, batchId, because } = input
  const { workspaceId } = actor
  const batch = await findBatch(tx, { workspaceId, batchId }, { forUpdate: true })
  if (because) {
    for (const clipId of await unfinishedClips(tx, batchId, batch.runId)) {
      await failClip({ db: tx, now }, { actor, clipId, failure: because })
    }
  }
  if (batch.finishedAt) return batch.state
  const [summary] = await toSummaries(tx, [batch])
  const { counts } = summary!
  const isCancelled = because?.code === 'durable.cancelled'
  const state = isCancelled ? 'cancelled' : overallState(counts)
  await tx.update(clipBatches).set({ state, finishedAt: now() }).where(eq(clipBatches.id, batchId))
  if (batch.stitch && !isCancelled && counts.processed > 0) await stitchBatch(tx, { actor, batch }, now)
  const data = { state, ...counts }
  await publishEvent(tx, { type: 'clips.batchFinished', workspaceId, subjectId: batchId, data })
  await notify(
    tx,
    {
      workspaceId,
      kind: 'clips.batchFinished',
      title: titleOf(state, batch.name),
      body: `${counts.processed} of ${counts.total} clips are cut, ${counts.failed} failed, ${counts.cancelled} were cancelled.`,
      subjectId: batchId,
    },
    now,
  )
  return state
}

/** Joins what was cut, in the order of the batch, in a run of its own: a batch tells how its clips ended without waiting. */
async function stitchBatch(tx: Db, { actor, batch }: { actor: Actor; batch: BatchRow }, now: () => Date) {
  const rows = await tx
    .select({ clipId: clips.id })
    .from(clipBatchItems)
    .innerJoin(clips, eq(clips.id, clipBatchItems.clipId))
    .where(and(eq(clipBatchItems.batchId, batch.id), eq(clips.state, 'processed')))
    .orderBy(asc(clipBatchItems.position))
  const options = batch.stitch ?? {}
  const wish = { actor, name: batch.name, parts: rows, options, batchId: batch.id }
  const { id } = await startStitch(tx, wish, now)
  await tx.update(clipBatches).set({ stitchId: id }).where(eq(clipBatches.id, batch.id))
}

/** Clips of the batch that this run would still have cut, in order. */
async function unfinishedClips(tx: Db, batchId: string, runId: string): Promise<string[]> {
  const rows = await tx
    .select({ id: clips.id })
    .from(clipBatchItems)
    .innerJoin(clips, eq(clips.id, clipBatchItems.clipId))
    .where(
      and(
        eq(clipBatchItems.batchId, batchId),
        eq(clips.runId, runId),
        inArray(clips.state, ['queued', 'processing']),
      ),
    )
    .orderBy(asc(clipBatchItems.position))
  return rows.map(({ id }) => id)
}

function titleOf(state: BatchState, name: string): string {
  if (state === 'processed') return `"${name}" is ready`
  if (state === 'partial') return `"${name}" is ready in part`
  return state === 'cancelled' ? `"${name}" was cancelled` : `"${name}" could not be cut`
}
