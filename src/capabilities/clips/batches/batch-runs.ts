import { and, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import type { Db } from '../../../platform/db/client.ts'
import {
  handleStep,
  handleWorkflow,
  type StepContext,
  type StepHandler,
  type WorkflowHandler,
} from '../../../platform/durable/index.ts'
import { cancelled } from '../cancelled.ts'
import { failClip } from '../discard-clips.ts'
import { type MakeClipFileDeps, makeClipFile } from '../make-clip-file.ts'
import { clips } from '../schema.ts'
import { failClipStep } from '../workflow.ts'
import {
  abandonBatchStep,
  beginBatchStep,
  clipBatchWorkflow,
  cutBatchClipStep,
  finishBatchStep,
} from './batch-workflow.ts'
import { endBatch } from './end-batch.ts'
import { clipBatchItems, clipBatches } from './schema.ts'

const lookEveryMs = 1_000

/** The bodies of the steps of a batch. */
export function clipBatchSteps(deps: MakeClipFileDeps): StepHandler[] {
  return [
    handleStep(beginBatchStep, async ({ once }, { batchId }) => {
      return { state: await once('begun', (tx) => beginBatch(tx, batchId)) }
    }),
    handleStep(cutBatchClipStep, (step, input) => cutBatchClip(deps, step, input)),
    handleStep(finishBatchStep, async ({ actor, once }, { batchId }) => {
      return { state: await once('ended', (tx) => endBatch(tx, { actor, batchId }, deps.now)) }
    }),
    handleStep(abandonBatchStep, async ({ actor, once }, { batchId, failure }) => {
      const end = { actor, batchId, because: failure }
      return { state: await once('ended', (tx) => endBatch(tx, end, deps.now)) }
    }),
  ]
}

/** Several at once, each on its own: the oldest is waited for, then the next one starts. */
export function clipBatchRuns(): WorkflowHandler {
  return handleWorkflow(clipBatchWorkflow, {
    async run(flow, { batchId, clipIds, concurrency }) {
      await flow.stage('cut', { steps: clipIds.length })
      await flow.step(beginBatchStep, { batchId })
      const underWay: Array<{ clipId: string; cut: ReturnType<typeof flow.step> }> = []
      const settleOldest = async () => {
        const { clipId, cut } = underWay.shift()!
        const { failure } = await flow.outcome(cut)
        if (failure) await flow.step(failClipStep, { clipId, failure })
      }
      for (const clipId of clipIds) {
        if (underWay.length === concurrency) await settleOldest()
        underWay.push({ clipId, cut: flow.step(cutBatchClipStep, { batchId, clipId }) })
      }
      while (underWay.length > 0) await settleOldest()
      await flow.stage('finish')
      return flow.step(finishBatchStep, { batchId })
    },
    async onFailed(flow, failure, { batchId }) {
      await flow.step(abandonBatchStep, { batchId, failure })
    },
  })
}

/** A run that is tried again takes up what failed or was cancelled the first time. */
async function beginBatch(tx: Db, batchId: string): Promise<string> {
  const wasFinished = and(eq(clipBatches.id, batchId), isNotNull(clipBatches.finishedAt))
  const [again] = await tx.update(clipBatches).set({ finishedAt: null }).where(wasFinished).returning()
  if (again) {
    const items = tx
      .select({ id: clipBatchItems.clipId })
      .from(clipBatchItems)
      .where(eq(clipBatchItems.batchId, batchId))
    await tx
      .update(clips)
      .set({ state: 'queued', error: null })
      .where(
        and(
          inArray(clips.id, items),
          eq(clips.runId, again.runId),
          inArray(clips.state, ['failed', 'cancelled']),
        ),
      )
    await tx
      .update(clipBatchItems)
      .set({ cancelRequestedAt: null })
      .where(eq(clipBatchItems.batchId, batchId))
  }
  await tx.update(clipBatches).set({ state: 'processing' }).where(eq(clipBatches.id, batchId))
  return 'processing'
}

/** Cuts one clip unless it is gone or not wanted any more; stops soon after somebody says so. */
async function cutBatchClip(
  deps: MakeClipFileDeps,
  step: StepContext,
  { batchId, clipId }: { batchId: string; clipId: string },
): Promise<{ state: string }> {
  const { actor, runId, report, once } = step
  const isUnwanted = async () => {
    const mine = and(eq(clipBatchItems.batchId, batchId), eq(clipBatchItems.clipId, clipId))
    const [item] = await deps.db
      .select({ clipId: clips.id })
      .from(clipBatchItems)
      .innerJoin(clips, eq(clips.id, clipBatchItems.clipId))
      .where(and(mine, isNull(clipBatchItems.cancelRequestedAt)))
    return item === undefined
  }
  if (await isUnwanted()) return { state: 'cancelled' }
  const unwanted = new AbortController()
  const timer = setInterval(() => {
    isUnwanted().then(
      (is) => is && unwanted.abort(),
      (error: unknown) => step.log.debug({ err: error }, 'could not see whether the clip is still wanted'),
    )
  }, lookEveryMs)
  try {
    const signal = AbortSignal.any([step.signal, unwanted.signal])
    await makeClipFile(deps, { actor, clipId, runId, signal, report, once })
    return { state: 'processed' }
  } catch (error) {
    if (!unwanted.signal.aborted || step.signal.aborted) throw error
    await failClip(deps, { actor, clipId, failure: cancelled })
    return { state: 'cancelled' }
  } finally {
    clearInterval(timer)
  }
}
