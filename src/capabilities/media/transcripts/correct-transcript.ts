import { eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { startRun } from '../../../platform/durable/index.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { staleUpdate } from '../../../platform/http/etag.ts'
import { recordAudit } from '../../audit/index.ts'
import type { TranscriptDeps } from './create-transcript.ts'
import { transcriptErrors } from './errors.ts'
import { findTranscript } from './find-transcript.ts'
import { mediaTranscripts } from './schema.ts'
import { type Transcript, toTranscript } from './transcript.ts'
import { transcribeWorkflow } from './workflow.ts'

export type CorrectTranscript = {
  actor: Actor
  transcriptId: string
  /** The version that the text was changed on. */
  version: number
  /** All of the text, as it is really said. */
  text: string
}

/**
 * Takes the corrected text and starts the run that puts it to the sound again; the words stay as they are until then.
 * Fails with `transcripts.busy` while one is being made, and when somebody else was faster.
 */
export async function correctTranscript(deps: TranscriptDeps, input: CorrectTranscript): Promise<Transcript> {
  const { actor, transcriptId, version, text } = input
  assertMay(actor, 'media.write')
  const { workspaceId } = actor
  return deps.db.transaction(async (tx) => {
    const row = await findTranscript(tx, { workspaceId, transcriptId }, { forUpdate: true })
    if (row.version !== version)
      throw staleUpdate({ yours: version, current: row.version, resource: toTranscript(row) })
    if (row.state === 'queued' || row.state === 'processing')
      throw transcriptErrors.busy('This transcript is still being made.')
    const run = await startRun(tx, {
      workflow: transcribeWorkflow,
      workspaceId,
      actor,
      input: { transcriptId },
      subjectId: transcriptId,
      title: 'Put a corrected transcript to the sound',
    })
    // The engine that heard it is not the one that aligns: the best one here does that.
    const [saved] = await tx
      .update(mediaTranscripts)
      .set({
        script: text,
        wishedEngine: null,
        language: row.language === 'und' ? null : row.language,
        state: 'queued',
        runId: run.id,
        version: version + 1,
        updatedAt: deps.now?.() ?? new Date(),
      })
      .where(eq(mediaTranscripts.id, transcriptId))
      .returning()
    const subject = { workspaceId, subjectId: transcriptId }
    await publishEvent(tx, {
      type: 'transcript.queued',
      ...subject,
      data: { assetId: row.assetId, runId: run.id },
    })
    await recordAudit(tx, {
      actor,
      action: 'transcript.corrected',
      subjectId: transcriptId,
      detail: { characters: text.length },
    })
    return toTranscript(saved!)
  })
}
