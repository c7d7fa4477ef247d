import { eq, sql } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { withWorkDir } from '../../../platform/files/index.ts'
import { type AssetDeps, withAssetFile } from '../../assets/index.ts'
import { recordCost } from '../../costs/index.ts'
import { notify } from '../../notifications/index.ts'
import { wordsToReview } from '../captions/caption.ts'
import { type TranscribedFile, transcribeFile, type TranscribeDeps } from '../captions/transcribe-file.ts'
import { findTranscript } from './find-transcript.ts'
import { mediaTranscriptRevisions, mediaTranscripts } from './schema.ts'
import type { RevisionReason, TranscriptRow } from './transcript.ts'

export type MakeTranscriptDeps = AssetDeps & TranscribeDeps

export type MakeTranscript = {
  actor: Actor
  transcriptId: string
  signal?: AbortSignal
  report?: (percent: number) => void
  /** See `StepContext.once`. */
  once: <T>(effect: string, fn: (tx: Db) => Promise<T>) => Promise<T>
}

type Made = { transcriptId: string; words: number; needsReview: number }

/** Makes a recorded transcript, or puts its corrected text to the sound, and tells the workspace. Done once. */
export async function makeTranscript(deps: MakeTranscriptDeps, input: MakeTranscript): Promise<Made> {
  const { actor, transcriptId, signal, report } = input
  assertMay(actor, 'media.write')
  const row = await findTranscript(deps.db, { workspaceId: actor.workspaceId, transcriptId })
  await markProcessing(deps, row)
  const made = await withWorkDir(deps.home, transcriptId, (workDir) =>
    withAssetFile(deps, { actor, assetId: row.assetId, signal }, (path) =>
      transcribeFile(deps, {
        path,
        workDir,
        script: row.script ?? undefined,
        engine: row.wishedEngine ?? undefined,
        language: row.language ?? undefined,
        jobKey: `${transcriptId}-v${row.version}`,
        signal,
        onProgress: (percent) => report?.(percent),
      }),
    ),
  )
  return input.once(`transcript v${row.version}`, (tx) => keep(tx, deps, { row, made, actor }))
}

async function markProcessing(deps: Pick<AssetDeps, 'db' | 'now'>, row: TranscriptRow): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const updatedAt = deps.now?.() ?? new Date()
    await tx
      .update(mediaTranscripts)
      .set({ state: 'processing', error: null, updatedAt })
      .where(eq(mediaTranscripts.id, row.id))
    const data = { assetId: row.assetId, runId: row.runId }
    await publishEvent(tx, {
      type: 'transcript.processing',
      workspaceId: row.workspaceId,
      subjectId: row.id,
      data,
    })
  })
}

async function keep(
  tx: Db,
  deps: { now?: () => Date },
  { row, made, actor }: { row: TranscriptRow; made: TranscribedFile; actor: Actor },
): Promise<Made> {
  const { id, workspaceId, assetId } = row
  // Deleted meanwhile: then this fails, and nothing is kept.
  const current = await findTranscript(tx, { workspaceId, transcriptId: id }, { forUpdate: true })
  const at = deps.now?.() ?? new Date()
  const needsReview = wordsToReview(made.words).length
  const reason: RevisionReason =
    row.words.length > 0 ? 'corrected' : row.script === null ? 'recognised' : 'aligned'
  await addRevision(tx, { row, reason, engine: made.engine, words: made.words, createdBy: actor.id, at })
  await tx
    .update(mediaTranscripts)
    .set({
      state: 'ready',
      engine: made.engine,
      language: made.language,
      isDraft: made.isDraft,
      words: made.words,
      notes: made.notes,
      needsReview,
      durationMs: Math.round(made.durationMs),
      error: null,
      version: current.version + 1,
      updatedAt: at,
    })
    .where(eq(mediaTranscripts.id, id))
  if (made.engine === 'amazon') {
    await recordCost(tx, {
      workspaceId,
      kind: 'transcription',
      item: 'aws.transcribe.batch',
      unit: 'minutes',
      // Billed by the second, and at least 15 of them.
      quantity: Math.max(15, Math.ceil(made.durationMs / 1000)) / 60,
      subjectId: id,
      idempotencyKey: `transcript ${id} v${row.version}`,
    })
  }
  await tellReady(tx, deps, { row, words: made.words.length, needsReview, isDraft: made.isDraft })
  await publishEvent(tx, {
    type: 'transcript.ready',
    workspaceId,
    subjectId: id,
    data: { assetId, engine: made.engine, words: made.words.length, needsReview, isDraft: made.isDraft },
  })
  return { transcriptId: id, words: made.words.length, needsReview }
}

/** Adds the next state of the words to the history. */
export async function addRevision(
  tx: Db,
  input: {
    row: Pick<TranscriptRow, 'id'>
    reason: RevisionReason
    engine: NonNullable<TranscriptRow['engine']>
    words: TranscriptRow['words']
    createdBy: string
    at: Date
  },
): Promise<void> {
  const { row, reason, engine, words, createdBy, at } = input
  const next = sql<number>`(select coalesce(max(revision), 0) + 1 from media_transcript_revisions where transcript_id = ${row.id})`
  await tx
    .insert(mediaTranscriptRevisions)
    .values({ transcriptId: row.id, revision: next, reason, engine, words, createdBy, createdAt: at })
}

async function tellReady(
  tx: Db,
  deps: { now?: () => Date },
  input: { row: TranscriptRow; words: number; needsReview: number; isDraft: boolean },
): Promise<void> {
  const { row, words, needsReview, isDraft } = input
  const check =
    needsReview > 0 ? `${needsReview} of ${words} words should be checked.` : `${words} words, all sure.`
  await notify(
    tx,
    {
      workspaceId: row.workspaceId,
      kind: 'transcript.ready',
      title: isDraft ? 'A rough transcript is ready' : 'A transcript is ready',
      body: check,
      subjectId: row.id,
      onceKey: `${row.id} v${row.version} ready`,
    },
    deps.now,
  )
}
