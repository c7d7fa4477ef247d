import { eq } from 'drizzle-orm'
import { type Actor, assertMay, systemActor } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { cancelRun, getRun, type RunError } from '../../../platform/durable/index.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { recordAudit } from '../../audit/index.ts'
import { findTranscript } from './find-transcript.ts'
import { mediaTranscripts } from './schema.ts'
import { transcribeWorkflow } from './workflow.ts'

/** Deletes a transcript with its history; a run that still makes it is cancelled. */
export async function deleteTranscript(
  deps: { db: Db },
  { actor, transcriptId }: { actor: Actor; transcriptId: string },
): Promise<void> {
  assertMay(actor, 'media.write')
  const { workspaceId } = actor
  const row = await deps.db.transaction(async (tx) => {
    const found = await findTranscript(tx, { workspaceId, transcriptId }, { forUpdate: true })
    await tx.delete(mediaTranscripts).where(eq(mediaTranscripts.id, transcriptId))
    const { assetId } = found
    await recordAudit(tx, {
      actor,
      action: 'transcript.deleted',
      subjectId: transcriptId,
      detail: { assetId },
    })
    const subject = { workspaceId, subjectId: transcriptId }
    await publishEvent(tx, { type: 'transcript.deleted', ...subject, data: { assetId } })
    return found
  })
  if (!row.runId || (row.state !== 'queued' && row.state !== 'processing')) return
  const system = systemActor('transcripts', workspaceId)
  const run = await getRun(deps.db, { actor: system, runId: row.runId })
  if (run.workflow === transcribeWorkflow.name && (run.state === 'queued' || run.state === 'running'))
    await cancelRun(deps.db, { actor: system, runId: run.id })
}

/** Notes that a transcript could not be made; words it had before stay. One that is gone stays gone. */
export async function failTranscript(
  deps: { db: Db; now?: () => Date },
  input: { actor: Actor; transcriptId: string; failure: RunError },
): Promise<void> {
  const { actor, transcriptId, failure } = input
  assertMay(actor, 'media.write')
  const { workspaceId } = actor
  await deps.db.transaction(async (tx) => {
    const [row] = await tx
      .select()
      .from(mediaTranscripts)
      .where(eq(mediaTranscripts.id, transcriptId))
      .for('update')
    if (!row || row.workspaceId !== workspaceId || row.state === 'ready') return
    const state = failure.code === 'durable.cancelled' ? 'cancelled' : 'failed'
    await tx
      .update(mediaTranscripts)
      .set({ state, error: failure, version: row.version + 1, updatedAt: deps.now?.() ?? new Date() })
      .where(eq(mediaTranscripts.id, transcriptId))
    await publishEvent(tx, {
      type: `transcript.${state}`,
      workspaceId,
      subjectId: transcriptId,
      data: { assetId: row.assetId, code: failure.code },
    })
  })
}
