import { integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/** Every value a setting ever had in a layer; the highest version is the current one. Rows are never changed. */
export const settingVersions = pgTable(
  'setting_versions',
  {
    /** The workspace, or `*` for the whole deployment. */
    workspaceId: text('workspace_id').notNull(),
    key: text('key').notNull(),
    version: integer('version').notNull(),
    /** JSON null: the value was taken away, and the layer below counts again. */
    value: jsonb('value'),
    changedBy: text('changed_by').notNull(),
    reason: text('reason').notNull(),
    changedAt: timestamp('changed_at', { withTimezone: true, mode: 'date' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.key, table.version] })],
)
