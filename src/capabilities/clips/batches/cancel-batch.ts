import { eq } from 'drizzle-orm'
import { type Actor, assertMay, systemActor } from '../../../kernel/actor.ts'
import { cancelRun, getRun } from '../../../platform/durable/index.ts'
import { cancelled } from '../cancelled.ts'
import type { Clip } from '../clip.ts'
import type { ClipDeps } from '../create-clip.ts'
import { failClip } from '../discard-clips.ts'
import { findClip } from '../find-clip.ts'
import { toClip } from '../get-clip.ts'
import { cutClipWorkflow } from '../workflow.ts'
import type { Batch } from './batch.ts'
import { endBatch } from './end-batch.ts'
import { clipBatchErrors } from './errors.ts'
import { findBatch, getBatch } from './get-batch.ts'
import { clipBatchItems } from './schema.ts'

/**
 * Stops a batch: what is not finished is cancelled at once, what is finished stays. Twice is the same as once.
 * Fails with `clipBatches.notFound` or `clipBatches.finished`.
 */
export async function cancelBatch(deps: ClipDeps, input: { actor: Actor; batchId: string }): Promise<Batch> {
  const { actor, batchId } = input
  assertMay(actor, 'clips.write')
  const { workspaceId } = actor
  await deps.db.transaction(async (tx) => {
    const batch = await findBatch(tx, { workspaceId, batchId }, { forUpdate: true })
    if (batch.state === 'cancelled') return
    if (batch.finishedAt) throw clipBatchErrors.finished(`This batch is ${batch.state}.`)
    const system = systemActor('clips', workspaceId)
    const run = await getRun(tx, { actor: system, runId: batch.runId })
    // A run that has just ended by itself has its end of the batch behind it or before it; this one is first.
    if (run.state === 'queued' || run.state === 'running') {
      await cancelRun(tx, { actor: system, runId: run.id })
    }
    await endBatch(tx, { actor: system, batchId, because: cancelled }, deps.now)
  })
  return getBatch(deps, { actor, batchId })
}

/**
 * Cancels one clip that is queued or being cut; the others of its batch go on. Twice is the same as once.
 * Fails with `clips.notFound` or `clipBatches.clipFinished`.
 */
export async function cancelClip(deps: ClipDeps, input: { actor: Actor; clipId: string }): Promise<Clip> {
  const { actor, clipId } = input
  assertMay(actor, 'clips.write')
  const { workspaceId } = actor
  const system = systemActor('clips', workspaceId)
  const row = await deps.db.transaction(async (tx) => {
    const clip = await findClip(tx, { workspaceId, clipId }, { forUpdate: true })
    if (clip.state === 'cancelled') return clip
    if (clip.state !== 'queued' && clip.state !== 'processing') {
      throw clipBatchErrors.clipFinished(`This clip is ${clip.state}.`)
    }
    const cancelRequestedAt = deps.now?.() ?? new Date()
    await tx.update(clipBatchItems).set({ cancelRequestedAt }).where(eq(clipBatchItems.clipId, clipId))
    const run = clip.runId ? await getRun(tx, { actor: system, runId: clip.runId }) : undefined
    const isOwn = run?.workflow === cutClipWorkflow.name
    if (isOwn && (run.state === 'queued' || run.state === 'running')) {
      await cancelRun(tx, { actor: system, runId: run.id })
    }
    await failClip({ db: tx, now: deps.now }, { actor: system, clipId, failure: cancelled })
    return findClip(tx, { workspaceId, clipId })
  })
  return toClip(deps, row)
}
