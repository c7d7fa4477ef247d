import { and, eq, inArray } from 'drizzle-orm'
import { type Actor, assertMay, systemActor } from '../../../kernel/actor.ts'
import { cancelRun, getRun, type RunError } from '../../../platform/durable/index.ts'
import type { Db } from '../../../platform/db/client.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { releaseReference } from '../../assets/index.ts'
import { recordAudit } from '../../audit/index.ts'
import { notify } from '../../notifications/index.ts'
import { cancelled } from '../cancelled.ts'
import { type DeleteClipDeps, deleteFiles, filesOf } from '../delete-clip.ts'
import type { ReadClipDeps } from '../get-clip.ts'
import { stitchErrors } from './errors.ts'
import { findStitch, toStitch } from './get-stitch.ts'
import { clipStitches } from './schema.ts'
import type { Stitch } from './stitch.ts'

/** Marks a stitch as failed, or as cancelled when that was the reason, and tells of it. One that is gone stays gone. */
export async function failStitch(
  deps: { db: Db; now?: () => Date },
  input: { actor: Actor; stitchId: string; failure: RunError },
): Promise<void> {
  const { actor, stitchId, failure } = input
  const { workspaceId } = actor
  const state = failure.code === 'durable.cancelled' ? 'cancelled' : 'failed'
  await deps.db.transaction(async (tx) => {
    const [row] = await tx
      .update(clipStitches)
      .set({ state, error: state === 'failed' ? failure : null, updatedAt: deps.now?.() ?? new Date() })
      .where(
        and(
          eq(clipStitches.id, stitchId),
          eq(clipStitches.workspaceId, workspaceId),
          inArray(clipStitches.state, ['queued', 'processing']),
        ),
      )
      .returning()
    if (!row) return
    const data = { state, batchId: row.batchId, code: failure.code }
    await publishEvent(tx, { type: 'clips.stitchFinished', workspaceId, subjectId: stitchId, data })
    if (state === 'cancelled') return
    const title = `"${row.name}" could not be joined`
    const kind = 'clips.stitchFinished'
    await notify(tx, { workspaceId, kind, title, body: failure.message, subjectId: stitchId })
  })
}

/** Stops a stitch that is not finished. Twice is the same as once. Fails with `clipStitches.finished`. */
export async function cancelStitch(
  deps: ReadClipDeps & { now?: () => Date },
  input: { actor: Actor; stitchId: string },
): Promise<Stitch> {
  const { actor, stitchId } = input
  assertMay(actor, 'clips.write')
  const { workspaceId } = actor
  const system = systemActor('clips', workspaceId)
  const row = await deps.db.transaction(async (tx) => {
    const found = await findStitch(tx, { workspaceId, stitchId }, { forUpdate: true })
    if (found.state === 'cancelled') return found
    if (found.state !== 'queued' && found.state !== 'processing') {
      throw stitchErrors.finished(`This stitch is ${found.state}.`)
    }
    const run = await getRun(tx, { actor: system, runId: found.runId })
    if (run.state === 'queued' || run.state === 'running') {
      await cancelRun(tx, { actor: system, runId: run.id })
    }
    await failStitch({ db: tx, now: deps.now }, { actor: system, stitchId, failure: cancelled })
    return findStitch(tx, { workspaceId, stitchId })
  })
  return toStitch(deps, row)
}

/** Deletes a stitch with its files; one that is under way is cancelled first. Its parts stay. */
export async function deleteStitch(
  deps: DeleteClipDeps & ReadClipDeps,
  input: { actor: Actor; stitchId: string },
): Promise<void> {
  const { actor, stitchId } = input
  assertMay(actor, 'clips.write')
  const { workspaceId } = actor
  const before = await findStitch(deps.db, { workspaceId, stitchId })
  if (before.state === 'queued' || before.state === 'processing') await cancelStitch(deps, input)
  const row = await deps.db.transaction(async (tx) => {
    const found = await findStitch(tx, { workspaceId, stitchId }, { forUpdate: true })
    for (const assetId of filesOf(found)) await releaseReference(tx, { actor, assetId, holderId: stitchId })
    await tx.delete(clipStitches).where(eq(clipStitches.id, stitchId))
    await recordAudit(tx, {
      actor,
      action: 'clipStitch.deleted',
      subjectId: stitchId,
      detail: { name: found.name },
    })
    await publishEvent(tx, { type: 'clips.stitchDeleted', workspaceId, subjectId: stitchId, data: {} })
    return found
  })
  await deleteFiles(deps, workspaceId, filesOf(row))
}
