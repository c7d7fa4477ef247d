import {
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core'
import { moment } from '../../../platform/db/columns.ts'
import type { CutMode } from '../cutter/cut-plan.ts'
import type { Reframe } from '../reframe/reframe.ts'
import type { StitchOptions } from '../stitches/stitch.ts'
import type { StartedBatch } from './detection.ts'

/** Which detected clips are cut, and how. */
export const clipRules = pgTable(
  'clip_rules',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    name: text('name').notNull(),
    isEnabled: boolean('is_enabled').notNull(),
    /** A pattern with `*`; the source of an event, its asset or the address of its playlist must fit. */
    source: text('source').notNull(),
    minScore: doublePrecision('min_score').notNull(),
    minMs: integer('min_ms').notNull(),
    maxMs: integer('max_ms').notNull(),
    /** The best ones are taken. */
    mostClips: integer('most_clips').notNull(),
    mode: text('mode').$type<CutMode>().notNull(),
    reframe: jsonb('reframe').$type<Reframe>(),
    /** How the clips are joined when they are cut; null: they are not. */
    stitch: jsonb('stitch').$type<StitchOptions>(),
    version: integer('version').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [index('clip_rules_by_workspace').on(table.workspaceId, table.id)],
)

/** Events that were taken, so that one sent twice starts nothing twice. */
export const clipDetections = pgTable(
  'clip_detections',
  {
    workspaceId: text('workspace_id').notNull(),
    /** The id its sender gave it. */
    eventId: text('event_id').notNull(),
    source: text('source').notNull(),
    clips: integer('clips').notNull(),
    batches: jsonb('batches').$type<StartedBatch[]>().notNull(),
    receivedAt: moment('received_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.eventId] })],
)
