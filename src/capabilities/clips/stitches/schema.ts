import { bigint, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { moment } from '../../../platform/db/columns.ts'
import type { RunError } from '../../../platform/durable/index.ts'
import type { ClipState } from '../clip.ts'
import type { StitchReceipt } from '../stitch/stitch-job.ts'
import type { StitchOptions, StitchPart } from './stitch.ts'

/** Ranges that are joined into one file. */
export const clipStitches = pgTable(
  'clip_stitches',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    runId: text('run_id').notNull(),
    /** The batch whose clips they are. */
    batchId: text('batch_id'),
    name: text('name').notNull(),
    state: text('state').$type<ClipState>().notNull(),
    parts: jsonb('parts').$type<StitchPart[]>().notNull(),
    options: jsonb('options').$type<StitchOptions>().notNull(),
    fileAssetId: text('file_asset_id'),
    thumbnailAssetId: text('thumbnail_asset_id'),
    width: integer('width'),
    height: integer('height'),
    durationMs: bigint('duration_ms', { mode: 'number' }),
    sizeBytes: bigint('size_bytes', { mode: 'number' }),
    receipt: jsonb('receipt').$type<Omit<StitchReceipt, 'out'>>(),
    processingMs: integer('processing_ms'),
    error: jsonb('error').$type<RunError>(),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    index('clip_stitches_by_workspace').on(table.workspaceId, table.id),
    index('clip_stitches_by_batch').on(table.batchId),
  ],
)
