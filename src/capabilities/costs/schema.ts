import { bigint, doublePrecision, index, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

/** What was used and what it cost, one row per use, never changed. Local work is here too, at 0. */
export const costEntries = pgTable(
  'cost_entries',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    /** `compute`, `storage`, `llm`, `speech`, … */
    kind: text('kind').notNull(),
    /** What was used, as the price table names it, such as `local.cpu`. */
    item: text('item').notNull(),
    quantity: doublePrecision('quantity').notNull(),
    unit: text('unit').notNull(),
    costMicros: bigint('cost_micros', { mode: 'number' }).notNull(),
    /** Row of the price table the cost was worked out with; null when the caller knew the amount. */
    priceId: text('price_id'),
    subjectId: text('subject_id').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    usedAt: timestamp('used_at', { withTimezone: true, mode: 'date' }).notNull(),
  },
  (table) => [
    uniqueIndex('cost_entries_once').on(table.workspaceId, table.idempotencyKey),
    index('cost_entries_by_time').on(table.workspaceId, table.usedAt),
  ],
)
