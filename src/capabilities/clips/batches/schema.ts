import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { moment } from '../../../platform/db/columns.ts'
import type { StitchOptions } from '../stitches/stitch.ts'
import type { BatchState } from './batch.ts'

/** Clips that were ordered together. */
export const clipBatches = pgTable(
  'clip_batches',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    runId: text('run_id').notNull(),
    name: text('name').notNull(),
    state: text('state').$type<BatchState>().notNull(),
    concurrency: integer('concurrency').notNull(),
    /** How its clips are joined when they are cut; null: they are not. */
    stitch: jsonb('stitch').$type<StitchOptions>(),
    stitchId: text('stitch_id'),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
    finishedAt: moment('finished_at'),
  },
  (table) => [index('clip_batches_by_workspace').on(table.workspaceId, table.id)],
)

/** The clips of a batch, in order. A clip may be deleted, or cut again by another run, and was still one of them. */
export const clipBatchItems = pgTable(
  'clip_batch_items',
  {
    batchId: text('batch_id')
      .notNull()
      .references(() => clipBatches.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    clipId: text('clip_id').notNull(),
    /** Somebody wants this one not to be cut, or to stop. */
    cancelRequestedAt: moment('cancel_requested_at'),
  },
  (table) => [
    primaryKey({ columns: [table.batchId, table.position] }),
    index('clip_batch_items_by_clip').on(table.clipId),
  ],
)
