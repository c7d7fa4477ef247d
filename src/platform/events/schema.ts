import { sql } from 'drizzle-orm'
import { bigserial, boolean, index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** What happened in a workspace, in order. Streams resume from `seq`. */
export const events = pgTable(
  'events',
  {
    seq: bigserial('seq', { mode: 'number' }).primaryKey(),
    type: text('type').notNull(),
    workspaceId: text('workspace_id').notNull(),
    subjectId: text('subject_id').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    at: timestamp('at', { withTimezone: true, mode: 'date' }).notNull().defaultNow(),
    /** Whether `takeNewEvents` has handed it out. The row is the outbox for what happens after events. */
    isTaken: boolean('is_taken').notNull().default(false),
  },
  (table) => [
    index('events_by_workspace').on(table.workspaceId, table.seq),
    index('events_new')
      .on(table.seq)
      .where(sql`not ${table.isTaken}`),
  ],
)
