import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { moment } from '../../platform/db/columns.ts'
import type { Content } from './adaptations/content.ts'
import type { TextDestination } from './adaptations/text-limits.ts'
import type { DraftStage } from './draft.ts'

/** Texts on their way to being published, with the files they go with. */
export const drafts = pgTable(
  'drafts',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    title: text('title').notNull(),
    body: text('body').notNull(),
    stage: text('stage').$type<DraftStage>().notNull(),
    /** Files in the order they are meant to be used. */
    assetIds: jsonb('asset_ids').$type<string[]>().notNull(),
    clipId: text('clip_id'),
    /** `run_…/clip_…` of the run that made it; a replay of that run finds its draft by this. */
    origin: text('origin'),
    version: integer('version').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    index('drafts_by_workspace').on(table.workspaceId, table.id),
    index('drafts_by_clip').on(table.clipId),
    uniqueIndex('drafts_origin').on(table.workspaceId, table.origin),
  ],
)

/** What a draft says at one destination. */
export const draftAdaptations = pgTable(
  'draft_adaptations',
  {
    draftId: text('draft_id')
      .notNull()
      .references(() => drafts.id, { onDelete: 'cascade' }),
    destination: text('destination').$type<TextDestination>().notNull(),
    workspaceId: text('workspace_id').notNull(),
    content: jsonb('content').$type<Content>().notNull(),
    /** What adapting changed, for the person who reviews it. */
    notes: jsonb('notes').$type<string[]>().notNull(),
    /** The version of the draft that it was made from. */
    draftVersion: integer('draft_version').notNull(),
    /** Null as long as nobody has changed it by hand. */
    editedBy: text('edited_by'),
    version: integer('version').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.draftId, table.destination] })],
)
