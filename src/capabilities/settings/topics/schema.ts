import { integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { EnvironmentName } from '../../../platform/config/settings-variables.ts'
import { moment } from '../../../platform/db/columns.ts'

/** Every state a topic ever had; the highest version is the current one. Rows are never changed. */
export const topicVersions = pgTable(
  'topic_versions',
  {
    environment: text('environment').$type<EnvironmentName>().notNull().default('development'),
    workspaceId: text('workspace_id').notNull(),
    topic: text('topic').notNull(),
    version: integer('version').notNull(),
    /** Null: it was removed; a built-in topic is hidden then. */
    profile: jsonb('profile'),
    changedBy: text('changed_by').notNull(),
    reason: text('reason').notNull(),
    changedAt: moment('changed_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.environment, table.workspaceId, table.topic, table.version] })],
)
