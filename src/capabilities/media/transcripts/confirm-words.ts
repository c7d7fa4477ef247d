import { eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { staleUpdate } from '../../../platform/http/etag.ts'
import { wordsToReview } from '../captions/caption.ts'
import type { TranscriptDeps } from './create-transcript.ts'
import { transcriptErrors } from './errors.ts'
import { findTranscript } from './find-transcript.ts'
import { addRevision } from './make-transcript.ts'
import { mediaTranscripts } from './schema.ts'
import { type Transcript, toTranscript } from './transcript.ts'

export type ConfirmWords = {
  actor: Actor
  transcriptId: string
  version: number
  /** Places in the list of words, from 0; all of them without it. */
  words?: readonly number[]
}

/** Notes that a person looked at words and found them right: they need no further review. */
export async function confirmWords(deps: TranscriptDeps, input: ConfirmWords): Promise<Transcript> {
  const { actor, transcriptId, version } = input
  assertMay(actor, 'media.write')
  const { workspaceId } = actor
  return deps.db.transaction(async (tx) => {
    const row = await findTranscript(tx, { workspaceId, transcriptId }, { forUpdate: true })
    if (row.version !== version)
      throw staleUpdate({ yours: version, current: row.version, resource: toTranscript(row) })
    if (row.state !== 'ready' || row.engine === null)
      throw transcriptErrors.notReady('There are no words to confirm.')
    const wrong = input.words?.find((index) => index >= row.words.length)
    if (wrong !== undefined)
      throw transcriptErrors.badWord(`There is no word ${wrong}; there are ${row.words.length}.`)
    const confirmed = input.words && new Set(input.words)
    const words = row.words.map((word, index) =>
      !confirmed || confirmed.has(index) ? { ...word, confidence: 1 } : word,
    )
    const at = deps.now?.() ?? new Date()
    await addRevision(tx, { row, reason: 'confirmed', engine: row.engine, words, createdBy: actor.id, at })
    const needsReview = wordsToReview(words).length
    const [saved] = await tx
      .update(mediaTranscripts)
      .set({
        words,
        needsReview,
        isDraft: row.isDraft && needsReview > 0,
        version: version + 1,
        updatedAt: at,
      })
      .where(eq(mediaTranscripts.id, transcriptId))
      .returning()
    const subject = { workspaceId, subjectId: transcriptId }
    await publishEvent(tx, {
      type: 'transcript.updated',
      ...subject,
      data: { assetId: row.assetId, needsReview },
    })
    return toTranscript(saved!)
  })
}
