import { z } from '@hono/zod-openapi'
import { engineNames } from '../../../providers/transcribe/port.ts'
import { reviewConfidence } from '../captions/caption.ts'
import { joinWords } from '../captions/wrap-lines.ts'
import type { mediaTranscripts } from './schema.ts'

export const transcriptStates = ['queued', 'processing', 'ready', 'failed', 'cancelled'] as const
export type TranscriptState = (typeof transcriptStates)[number]

/** Why the words became what they are. */
export const revisionReasons = ['recognised', 'aligned', 'corrected', 'confirmed'] as const
export type RevisionReason = (typeof revisionReasons)[number]

export const transcriptTextSchema = z.string().trim().min(1).max(400_000)
export const languageSchema = z
  .string()
  .regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/, 'must be a tag such as en or de-CH')

export const wordSchema = z
  .object({
    text: z.string(),
    startMs: z.number(),
    endMs: z.number(),
    confidence: z
      .number()
      .openapi({ description: `0 to 1; below ${reviewConfidence} a person should look at it.` }),
  })
  .openapi('TranscriptWord')

const summary = {
  id: z.string().openapi({ example: 'trs_01J9ZK4Q8F0000000000000000' }),
  assetId: z.string(),
  runId: z.string().nullable().openapi({ description: 'The run that makes it: follow or cancel that.' }),
  state: z.enum(transcriptStates),
  engine: z.enum(engineNames).nullable(),
  language: z.string().nullable(),
  isDraft: z.boolean().openapi({ description: 'Guessed: not to be published before a person corrected it.' }),
  wordCount: z.int(),
  needsReview: z.int().openapi({ description: 'Words that a person should look at.' }),
  notes: z.array(z.string()),
  error: z
    .object({ code: z.string(), message: z.string(), help: z.string(), retryable: z.boolean() })
    .nullable(),
  version: z.int(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
}

export const transcriptSummarySchema = z.object(summary).openapi('TranscriptSummary')
export const transcriptSchema = z
  .object({ ...summary, text: z.string(), words: z.array(wordSchema) })
  .openapi('Transcript')

export type TranscriptSummary = z.infer<typeof transcriptSummarySchema>
export type Transcript = z.infer<typeof transcriptSchema>
export type TranscriptRow = typeof mediaTranscripts.$inferSelect

export function toSummary(row: TranscriptRow): TranscriptSummary {
  const {
    id,
    assetId,
    runId,
    state,
    engine,
    language,
    isDraft,
    needsReview,
    notes,
    error,
    version,
    createdBy,
  } = row
  return {
    id,
    assetId,
    runId,
    state,
    engine,
    language,
    isDraft,
    wordCount: row.words.length,
    needsReview,
    notes,
    error,
    version,
    createdBy,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

export function toTranscript(row: TranscriptRow): Transcript {
  return { ...toSummary(row), text: joinWords(row.words.map(({ text }) => text)), words: row.words }
}
