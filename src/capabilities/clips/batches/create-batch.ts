import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { AppError } from '../../../kernel/errors.ts'
import { newId } from '../../../kernel/ids.ts'
import { formatClock } from '../../../kernel/time.ts'
import { startRun } from '../../../platform/durable/index.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { getAsset } from '../../assets/index.ts'
import { recordAudit } from '../../audit/index.ts'
import { assertInside, assertRange } from '../clip.ts'
import { assertSource, nameOfSource, placeOf } from '../clip-source.ts'
import type { ClipDeps } from '../create-clip.ts'
import { assertReframe } from '../reframe/reframe.ts'
import { clips } from '../schema.ts'
import type { Batch, BatchOrder } from './batch.ts'
import { clipBatchWorkflow } from './batch-workflow.ts'
import { clipBatchErrors } from './errors.ts'
import { getBatch } from './get-batch.ts'
import { clipBatchItems, clipBatches } from './schema.ts'

export type CreateBatch = BatchOrder & { actor: Actor }

type Asset = Awaited<ReturnType<typeof getAsset>>
export type BadRow = { index: number; code: string; message: string }

/**
 * Records the clips and the batch and starts the run that cuts them: all or nothing.
 * Fails with `clipBatches.invalid`, whose detail names every bad row with its own failure code.
 */
export async function createBatch(deps: ClipDeps, input: CreateBatch): Promise<Batch> {
  const { actor, concurrency = 2 } = input
  assertMay(actor, 'clips.write')
  const assets = await checkRows(deps, input)
  const { workspaceId } = actor
  const at = deps.now?.() ?? new Date()
  const batchId = newId('batch')
  const name = input.name ?? `${input.clips.length} clips`
  const rows = input.clips.map((order) => {
    const { assetId, source, startMs, endMs, title, mode = 'exact' } = order
    const asset = assetId ? assets.get(assetId) : undefined
    const recording = asset ? asset.name.replace(/\.[^.]+$/, '') : nameOfSource(source!)
    return {
      id: deps.newClipId?.() ?? newId('clip'),
      workspaceId,
      assetId: assetId ?? null,
      source: source ?? null,
      reframe: order.reframe ?? null,
      score: order.score ?? null,
      startMs,
      endMs,
      mode,
      title: (title ?? `${recording} ${formatClock(startMs)}`).slice(0, 300),
      state: 'queued' as const,
      reasons: order.reasons ?? [],
      version: 1,
      createdBy: actor.id,
      createdAt: at,
      updatedAt: at,
    }
  })
  await deps.db.transaction(async (tx) => {
    const clipIds = rows.map(({ id }) => id)
    const run = await startRun(tx, {
      workflow: clipBatchWorkflow,
      workspaceId,
      actor,
      input: { batchId, clipIds, concurrency },
      subjectId: batchId,
      title: `Cut ${name.slice(0, 80)}`,
    })
    const runId = run.id
    await tx.insert(clips).values(rows.map((row) => ({ ...row, runId })))
    const batch = { id: batchId, workspaceId, runId, name, concurrency, createdBy: actor.id, createdAt: at }
    await tx.insert(clipBatches).values({ ...batch, state: 'queued', stitch: input.stitch })
    await tx.insert(clipBatchItems).values(clipIds.map((clipId, position) => ({ batchId, position, clipId })))
    for (const { id, assetId } of rows) {
      const data = { assetId, runId, batchId }
      await publishEvent(tx, { type: 'clip.queued', workspaceId, subjectId: id, data })
    }
    const detail = { clips: clipIds.length }
    await recordAudit(tx, { actor, action: 'clipBatch.created', subjectId: batchId, detail })
  })
  return getBatch(deps, { actor, batchId })
}

/** Looks at every row, so that all that is wrong is said at once. Returns the recordings by id. */
async function checkRows(deps: ClipDeps, input: CreateBatch): Promise<Map<string, Asset>> {
  const assets = new Map<string, Asset>()
  const bad: BadRow[] = []
  for (const [index, row] of input.clips.entries()) {
    try {
      assertRange(row)
      if (row.reframe) assertReframe({ mode: row.mode ?? 'exact', reframe: row.reframe })
      const { assetId, source } = row
      assertSource(deps, { assetId, source })
      if (assetId) {
        const asset = assets.get(assetId) ?? (await getAsset(deps, { actor: input.actor, assetId }))
        assets.set(assetId, asset)
        assertInside(row, asset.durationMs)
      }
      if (source) await placeOf(deps, { actor: input.actor, assetId: assetId ?? null, source })
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'access.forbidden') throw error
      bad.push({ index, code: error.code, message: error.message })
    }
  }
  if (bad.length > 0) {
    const named = bad.map(({ index, message }) => `clips[${index}]: ${message}`).join(' ')
    throw clipBatchErrors.invalid(named.slice(0, 1_000), { detail: { rows: bad } })
  }
  return assets
}
