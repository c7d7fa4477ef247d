import { integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { moment } from '../../platform/db/columns.ts'

/** Every form a prompt ever had in its place (topic and language); the highest version is the current one. */
export const promptVersions = pgTable(
  'prompt_versions',
  {
    workspaceId: text('workspace_id').notNull(),
    key: text('key').notNull(),
    /** Empty: for every topic. */
    topic: text('topic').notNull(),
    /** Empty: for every language. */
    language: text('language').notNull(),
    version: integer('version').notNull(),
    /** JSON null: it was removed, or is again as shipped. */
    definition: jsonb('definition'),
    changedBy: text('changed_by').notNull(),
    reason: text('reason').notNull(),
    changedAt: moment('changed_at').notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.workspaceId, table.key, table.topic, table.language, table.version],
    }),
  ],
)
