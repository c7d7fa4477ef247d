import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { moment } from '../../../platform/db/columns.ts'
import type { RunError } from '../../../platform/durable/index.ts'
import type { EngineName } from '../../../providers/transcribe/port.ts'
import type { Word } from '../captions/caption.ts'
import type { RevisionReason, TranscriptState } from './transcript.ts'

/** What is said in an asset: the words as they are now. */
export const mediaTranscripts = pgTable(
  'media_transcripts',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    assetId: text('asset_id').notNull(),
    runId: text('run_id'),
    state: text('state').$type<TranscriptState>().notNull(),
    /** Which engine was wished for; null leaves it to us. */
    wishedEngine: text('wished_engine').$type<EngineName>(),
    engine: text('engine').$type<EngineName>(),
    language: text('language'),
    /** The text that is or will be put to the sound. */
    script: text('script'),
    isDraft: boolean('is_draft').notNull(),
    words: jsonb('words').$type<Word[]>().notNull(),
    notes: jsonb('notes').$type<string[]>().notNull(),
    /** How many words are below the confidence at which a word counts as heard. */
    needsReview: integer('needs_review').notNull(),
    durationMs: integer('duration_ms'),
    error: jsonb('error').$type<RunError>(),
    /** Counts every change of the row; the ETag. */
    version: integer('version').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    index('media_transcripts_by_asset').on(table.workspaceId, table.assetId, table.id),
    index('media_transcripts_by_workspace').on(table.workspaceId, table.id),
  ],
)

/** Every state that the words of a transcript were in. */
export const mediaTranscriptRevisions = pgTable(
  'media_transcript_revisions',
  {
    transcriptId: text('transcript_id')
      .notNull()
      .references(() => mediaTranscripts.id, { onDelete: 'cascade' }),
    /** From 1. */
    revision: integer('revision').notNull(),
    reason: text('reason').$type<RevisionReason>().notNull(),
    engine: text('engine').$type<EngineName>().notNull(),
    words: jsonb('words').$type<Word[]>().notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.transcriptId, table.revision] })],
)
