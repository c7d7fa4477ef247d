import { index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Who did what to what. Rows are only ever added. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    at: timestamp('at', { withTimezone: true, mode: 'date' }).notNull(),
    actorKind: text('actor_kind', { enum: ['person', 'apiKey', 'system'] }).notNull(),
    actorId: text('actor_id').notNull(),
    action: text('action').notNull(),
    subjectId: text('subject_id').notNull(),
    detail: jsonb('detail').$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    index('audit_entries_workspace_at_idx').on(table.workspaceId, table.at, table.id),
    index('audit_entries_subject_idx').on(table.workspaceId, table.subjectId),
  ],
)
