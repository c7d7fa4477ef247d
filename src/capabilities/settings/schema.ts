import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { EnvironmentName } from '../../platform/config/settings-variables.ts'
import { moment } from '../../platform/db/columns.ts'

/** Every value a setting ever had in a layer; the highest version is the current one. Rows are never changed. */
export const settingVersions = pgTable(
  'setting_versions',
  {
    environment: text('environment').$type<EnvironmentName>().notNull().default('development'),
    /** The workspace, or `*` for the whole deployment. */
    workspaceId: text('workspace_id').notNull(),
    /** The topic whose own value it is; empty for the workspace's or the deployment's. */
    topic: text('topic').notNull().default(''),
    key: text('key').notNull(),
    version: integer('version').notNull(),
    /** JSON null: the value was taken away, and the layer below counts again. */
    value: jsonb('value'),
    changedBy: text('changed_by').notNull(),
    reason: text('reason').notNull(),
    /** The version whose value this one brought back. */
    rolledBackTo: integer('rolled_back_to'),
    changedAt: moment('changed_at').notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.environment, table.workspaceId, table.topic, table.key, table.version],
    }),
    index('setting_versions_by_time').on(table.workspaceId, table.changedAt),
  ],
)
