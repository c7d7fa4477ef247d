import { and, desc, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import type { EngineName } from '../../../providers/transcribe/port.ts'
import { assertAssets } from '../../assets/index.ts'
import type { Word } from '../captions/caption.ts'
import { layoutCues } from '../captions/layout-cues.ts'
import { writeAss, writeSrt, writeVtt } from '../captions/write-captions.ts'
import { transcriptErrors } from './errors.ts'
import { findTranscript } from './find-transcript.ts'
import { mediaTranscriptRevisions, mediaTranscripts } from './schema.ts'
import {
  type RevisionReason,
  type Transcript,
  type TranscriptSummary,
  toSummary,
  toTranscript,
} from './transcript.ts'

type Which = { actor: Actor; transcriptId: string }

/** A transcript with its words as they are now. */
export async function getTranscript(deps: { db: Db }, { actor, transcriptId }: Which): Promise<Transcript> {
  assertMay(actor, 'media.read')
  return toTranscript(await findTranscript(deps.db, { workspaceId: actor.workspaceId, transcriptId }))
}

/** The transcripts of an asset, newest first, without their words. Fails with `assets.notFound`. */
export async function listTranscripts(
  deps: { db: Db },
  { actor, assetId }: { actor: Actor; assetId: string },
): Promise<TranscriptSummary[]> {
  assertMay(actor, 'media.read')
  await assertAssets(deps.db, { actor, assetIds: [assetId] })
  const rows = await deps.db
    .select()
    .from(mediaTranscripts)
    .where(and(eq(mediaTranscripts.workspaceId, actor.workspaceId), eq(mediaTranscripts.assetId, assetId)))
    .orderBy(desc(mediaTranscripts.id))
    .limit(100)
  return rows.map(toSummary)
}

/** The words of the newest finished transcript of an asset, for the product itself; undefined without one. */
export async function findWords(
  deps: { db: Db },
  input: { workspaceId: string; assetId: string },
): Promise<{ transcriptId: string; words: Word[]; isDraft: boolean } | undefined> {
  const [row] = await deps.db
    .select({
      transcriptId: mediaTranscripts.id,
      words: mediaTranscripts.words,
      isDraft: mediaTranscripts.isDraft,
    })
    .from(mediaTranscripts)
    .where(
      and(
        eq(mediaTranscripts.workspaceId, input.workspaceId),
        eq(mediaTranscripts.assetId, input.assetId),
        eq(mediaTranscripts.state, 'ready'),
      ),
    )
    .orderBy(desc(mediaTranscripts.updatedAt), desc(mediaTranscripts.id))
    .limit(1)
  return row
}

export type Revision = {
  revision: number
  reason: RevisionReason
  engine: EngineName
  words: Word[]
  createdBy: string
  createdAt: string
}

/** Every state the words were in, newest first. */
export async function listRevisions(deps: { db: Db }, { actor, transcriptId }: Which): Promise<Revision[]> {
  assertMay(actor, 'media.read')
  await findTranscript(deps.db, { workspaceId: actor.workspaceId, transcriptId })
  const rows = await deps.db
    .select()
    .from(mediaTranscriptRevisions)
    .where(eq(mediaTranscriptRevisions.transcriptId, transcriptId))
    .orderBy(desc(mediaTranscriptRevisions.revision))
    .limit(50)
  return rows.map(({ transcriptId: _id, createdAt, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
  }))
}

export const captionFormats = ['srt', 'vtt', 'ass'] as const
export type CaptionFormat = (typeof captionFormats)[number]

const writers = {
  srt: { write: writeSrt, contentType: 'application/x-subrip; charset=utf-8' },
  vtt: { write: writeVtt, contentType: 'text/vtt; charset=utf-8' },
  ass: {
    write: (cues: Parameters<typeof writeAss>[0]) => writeAss(cues),
    contentType: 'text/x-ssa; charset=utf-8',
  },
}

/** The captions of a transcript as a file, laid out by the rules of broadcasters. Fails with `transcripts.notReady`. */
export async function getCaptions(
  deps: { db: Db },
  input: Which & { format: CaptionFormat },
): Promise<{ text: string; contentType: string; fileName: string }> {
  assertMay(input.actor, 'media.read')
  const { workspaceId } = input.actor
  const row = await findTranscript(deps.db, { workspaceId, transcriptId: input.transcriptId })
  if (row.words.length === 0) throw transcriptErrors.notReady('This transcript has no words.')
  const { write, contentType } = writers[input.format]
  const { cues } = layoutCues(row.words)
  return { text: write(cues), contentType, fileName: `captions.${row.language ?? 'und'}.${input.format}` }
}
