import { eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { newId } from '../../../kernel/ids.ts'
import type { Db } from '../../../platform/db/client.ts'
import { startRun } from '../../../platform/durable/index.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import type { EngineName } from '../../../providers/transcribe/port.ts'
import { getAsset, type SignDeps } from '../../assets/index.ts'
import { recordAudit } from '../../audit/index.ts'
import { mediaTranscripts } from './schema.ts'
import { type Transcript, type TranscriptRow, toTranscript } from './transcript.ts'
import { transcribeWorkflow } from './workflow.ts'

export type CreateTranscript = {
  actor: Actor
  assetId: string
  /** What is said, when that is known. */
  script?: string
  engine?: EngineName
  /** BCP 47. */
  language?: string
}

export type TranscriptDeps = SignDeps & { db: Db; now?: () => Date }

/** Records a transcript and starts the run that makes it, both or neither. Fails with `assets.notFound`. */
export async function createTranscript(deps: TranscriptDeps, input: CreateTranscript): Promise<Transcript> {
  const { actor, assetId } = input
  assertMay(actor, 'media.write')
  const asset = await getAsset(deps, { actor, assetId })
  return deps.db.transaction(async (tx) => {
    const row = await planTranscript(tx, input, deps)
    const run = await startRun(tx, {
      workflow: transcribeWorkflow,
      workspaceId: actor.workspaceId,
      actor,
      input: { transcriptId: row.id },
      subjectId: row.id,
      title: `Transcribe "${asset.name.slice(0, 80)}"`,
    })
    const [saved] = await tx
      .update(mediaTranscripts)
      .set({ runId: run.id })
      .where(eq(mediaTranscripts.id, row.id))
      .returning()
    await recordAudit(tx, { actor, action: 'transcript.created', subjectId: row.id, detail: { assetId } })
    return toTranscript(saved!)
  })
}

/** Says which run makes a planned transcript. */
export async function linkTranscript(tx: Db, input: { transcriptId: string; runId: string }): Promise<void> {
  const { transcriptId, runId } = input
  await tx.update(mediaTranscripts).set({ runId }).where(eq(mediaTranscripts.id, transcriptId))
}

/** Records a transcript that a run of another workflow will make, in the caller's transaction. */
export async function planTranscript(
  tx: Db,
  input: CreateTranscript & { runId?: string },
  options: { now?: () => Date } = {},
): Promise<TranscriptRow> {
  const { actor, assetId } = input
  assertMay(actor, 'media.write')
  const at = options.now?.() ?? new Date()
  const [row] = await tx
    .insert(mediaTranscripts)
    .values({
      id: newId('trs'),
      workspaceId: actor.workspaceId,
      assetId,
      runId: input.runId ?? null,
      state: 'queued',
      wishedEngine: input.engine ?? null,
      language: input.language ?? null,
      script: input.script ?? null,
      isDraft: false,
      words: [],
      notes: [],
      needsReview: 0,
      version: 1,
      createdBy: actor.id,
      createdAt: at,
      updatedAt: at,
    })
    .returning()
  const subject = { workspaceId: actor.workspaceId, subjectId: row!.id }
  await publishEvent(tx, {
    type: 'transcript.queued',
    ...subject,
    data: { assetId, runId: input.runId ?? null },
  })
  return row!
}
