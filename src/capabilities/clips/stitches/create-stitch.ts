import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { AppError } from '../../../kernel/errors.ts'
import { newId } from '../../../kernel/ids.ts'
import type { Db } from '../../../platform/db/client.ts'
import { startRun } from '../../../platform/durable/index.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { getAsset } from '../../assets/index.ts'
import { recordAudit } from '../../audit/index.ts'
import { findBatch } from '../batches/get-batch.ts'
import { assertInside, assertRange } from '../clip.ts'
import type { ClipDeps } from '../create-clip.ts'
import { clipErrors } from '../errors.ts'
import { findClip } from '../find-clip.ts'
import { stitchErrors } from './errors.ts'
import { toStitch } from './get-stitch.ts'
import { clipStitches } from './schema.ts'
import type { Stitch, StitchOptions, StitchOrder, StitchPart, StitchRow } from './stitch.ts'
import { stitchWorkflow } from './stitch-workflow.ts'

export type CreateStitch = StitchOrder & { actor: Actor }

/**
 * Records a stitch and starts the run that joins the parts: both or neither.
 * Fails with `clipStitches.invalid`, whose detail names every bad part with its own failure code, or `clipBatches.notFound`.
 */
export async function createStitch(deps: ClipDeps, input: CreateStitch): Promise<Stitch> {
  const { actor, parts, name = `${input.parts.length} parts`, fadeMs, loudness } = input
  assertMay(actor, 'clips.write')
  const { batchId = null } = input
  if (batchId) await findBatch(deps.db, { workspaceId: actor.workspaceId, batchId })
  const bad: { index: number; code: string; message: string }[] = []
  for (const [index, part] of parts.entries()) {
    try {
      await checkPart(deps, actor, part)
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'access.forbidden') throw error
      bad.push({ index, code: error.code, message: error.message })
    }
  }
  if (bad.length > 0) {
    const named = bad.map(({ index, message }) => `parts[${index}]: ${message}`).join(' ')
    throw stitchErrors.invalid(named.slice(0, 1_000), { detail: { rows: bad } })
  }
  const row = await deps.db.transaction((tx) =>
    startStitch(tx, { actor, name, parts, options: { fadeMs, loudness }, batchId }, deps.now),
  )
  return toStitch(deps, row)
}

async function checkPart(deps: ClipDeps, actor: Actor, part: StitchPart): Promise<void> {
  const { startMs = 0, endMs } = part
  if (endMs !== undefined) assertRange({ startMs, endMs })
  if ('assetId' in part) {
    const { durationMs } = await getAsset(deps, { actor, assetId: part.assetId })
    return assertInside({ startMs, endMs: endMs ?? startMs + 1 }, durationMs)
  }
  const clip = await findClip(deps.db, { workspaceId: actor.workspaceId, clipId: part.clipId })
  if (!clip.fileAssetId) throw clipErrors.busy(`The clip "${clip.title}" is ${clip.state}.`)
  assertInside({ startMs, endMs: endMs ?? startMs + 1 }, clip.receipt?.durationMs)
}

/** Writes the row and starts the run, in the caller's transaction. The parts have been checked. */
export async function startStitch(
  tx: Db,
  input: { actor: Actor; name: string; parts: StitchPart[]; options: StitchOptions; batchId: string | null },
  now: () => Date = () => new Date(),
): Promise<StitchRow> {
  const { actor, name, parts, options, batchId } = input
  const { workspaceId } = actor
  const id = newId('stitch')
  const at = now()
  const run = await startRun(tx, {
    workflow: stitchWorkflow,
    workspaceId,
    actor,
    input: { stitchId: id },
    subjectId: id,
    title: `Join ${name.slice(0, 80)}`,
  })
  const [row] = await tx
    .insert(clipStitches)
    .values({
      id,
      workspaceId,
      runId: run.id,
      batchId,
      name,
      state: 'queued',
      parts,
      options,
      createdBy: actor.id,
      createdAt: at,
      updatedAt: at,
    })
    .returning()
  const data = { runId: run.id, batchId, parts: parts.length }
  await publishEvent(tx, { type: 'clips.stitchQueued', workspaceId, subjectId: id, data })
  await recordAudit(tx, {
    actor,
    action: 'clipStitch.created',
    subjectId: id,
    detail: { parts: parts.length },
  })
  return row!
}
