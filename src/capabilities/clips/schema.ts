import { doublePrecision, index, integer, jsonb, pgTable, text, bigint } from 'drizzle-orm/pg-core'
import { moment } from '../../platform/db/columns.ts'
import type { RunError } from '../../platform/durable/index.ts'
import type { ClipState } from './clip.ts'
import type { ClipSource } from './clip-source.ts'
import type { CutMode } from './cutter/cut-plan.ts'
import type { Receipt } from './cutter/receipt.ts'
import type { Reframe } from './reframe/reframe.ts'

/** Ranges of recordings, and the files that were cut from them. */
export const clips = pgTable(
  'clips',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    /** The recording; null for clips of programmes that are no asset. */
    assetId: text('asset_id'),
    /** The playlist it is cut from instead of the recording's own file. */
    source: jsonb('source').$type<ClipSource>(),
    /** The run that cuts it. */
    runId: text('run_id'),
    title: text('title').notNull(),
    state: text('state').$type<ClipState>().notNull(),
    mode: text('mode').$type<CutMode>().notNull(),
    /** Another shape than the recording's, and where its window is; null: as it is. */
    reframe: jsonb('reframe').$type<Reframe>(),
    startMs: doublePrecision('start_ms').notNull(),
    endMs: doublePrecision('end_ms').notNull(),
    /** How good a suggestion it is, 0 to 1; null for clips that people chose. */
    score: doublePrecision('score'),
    reasons: jsonb('reasons').$type<string[]>().notNull(),
    fileAssetId: text('file_asset_id'),
    thumbnailAssetId: text('thumbnail_asset_id'),
    width: integer('width'),
    height: integer('height'),
    sizeBytes: bigint('size_bytes', { mode: 'number' }),
    receipt: jsonb('receipt').$type<Omit<Receipt, 'out'>>(),
    processingMs: integer('processing_ms'),
    error: jsonb('error').$type<RunError>(),
    version: integer('version').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    index('clips_by_workspace').on(table.workspaceId, table.id),
    index('clips_by_asset').on(table.assetId, table.id),
    index('clips_by_run').on(table.runId),
  ],
)
