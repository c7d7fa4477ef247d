import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { moment } from '../../platform/db/columns.ts'
import type { BudgetPeriod, BudgetRule, BudgetScope } from './budget.ts'
import type { CostLine } from './estimate-cost.ts'
import type { ReservationState } from './reservation.ts'

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
    topic: text('topic'),
    /** Id in the registry of models, such as `bedrock/claude-sonnet-5.5`. */
    model: text('model'),
    videoId: text('video_id'),
    postId: text('post_id'),
    /** Served from the development cache, for nothing. */
    isCached: boolean('is_cached').notNull().default(false),
    /** Hash of the request, so that a report can say what was paid for twice. */
    fingerprint: text('fingerprint'),
    reservationId: text('reservation_id'),
    idempotencyKey: text('idempotency_key').notNull(),
    usedAt: moment('used_at').notNull(),
  },
  (table) => [
    uniqueIndex('cost_entries_once').on(table.workspaceId, table.idempotencyKey),
    index('cost_entries_by_time').on(table.workspaceId, table.usedAt),
    index('cost_entries_by_id').on(table.workspaceId, table.id),
    check('cost_entries_not_negative', sql`${table.costMicros} >= 0`),
  ],
)

/** Money set aside for a call that has not been paid yet. */
export const costReservations = pgTable(
  'cost_reservations',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    state: text('state').$type<ReservationState>().notNull(),
    kind: text('kind').notNull(),
    lines: jsonb('lines').$type<CostLine[]>().notNull(),
    reservedMicros: bigint('reserved_micros', { mode: 'number' }).notNull(),
    /** What it cost in the end; null until it is settled. */
    settledMicros: bigint('settled_micros', { mode: 'number' }),
    subjectId: text('subject_id').notNull(),
    topic: text('topic'),
    model: text('model'),
    videoId: text('video_id'),
    postId: text('post_id'),
    idempotencyKey: text('idempotency_key').notNull(),
    /** The time whose day and month it counts in, from reservation to settlement. */
    reservedAt: moment('reserved_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    closedAt: moment('closed_at'),
  },
  (table) => [
    uniqueIndex('cost_reservations_once').on(table.workspaceId, table.idempotencyKey),
    index('cost_reservations_held')
      .on(table.expiresAt)
      .where(sql`state = 'held'`),
  ],
)

/**
 * Running sums per scope and period: what was spent and what is held. They move in the same transaction as the
 * ledger and the reservations, and their row locks are what stops concurrent requests from overspending.
 */
export const costCounters = pgTable(
  'cost_counters',
  {
    workspaceId: text('workspace_id').notNull(),
    scope: text('scope').$type<BudgetScope>().notNull(),
    /** The topic or video; empty for the workspace. */
    scopeId: text('scope_id').notNull(),
    period: text('period').$type<BudgetPeriod>().notNull(),
    /** `2026-11-21`, `2026-11` or `total`. */
    periodKey: text('period_key').notNull(),
    spentMicros: bigint('spent_micros', { mode: 'number' }).notNull(),
    heldMicros: bigint('held_micros', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.workspaceId, table.scope, table.scopeId, table.period, table.periodKey],
    }),
    check('cost_counters_not_negative', sql`${table.spentMicros} >= 0 and ${table.heldMicros} >= 0`),
  ],
)

/** Limits people set. */
export const costBudgets = pgTable(
  'cost_budgets',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    scope: text('scope').$type<BudgetScope>().notNull(),
    scopeId: text('scope_id').notNull(),
    period: text('period').$type<BudgetPeriod>().notNull(),
    limitMicros: bigint('limit_micros', { mode: 'number' }).notNull(),
    warnPercents: jsonb('warn_percents').$type<number[]>().notNull(),
    rule: text('rule').$type<BudgetRule>().notNull(),
    version: integer('version').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('cost_budgets_once').on(table.workspaceId, table.scope, table.scopeId, table.period),
    check('cost_budgets_not_negative', sql`${table.limitMicros} >= 0`),
  ],
)

/** Prices a workspace agreed on or looked up itself; they go before the table that ships. */
export const costPrices = pgTable(
  'cost_prices',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    item: text('item').notNull(),
    unit: text('unit').notNull(),
    costMicros: bigint('cost_micros', { mode: 'number' }).notNull(),
    per: bigint('per', { mode: 'number' }).notNull(),
    validFrom: text('valid_from').notNull(),
    validTo: text('valid_to'),
    checkedOn: text('checked_on').notNull(),
    source: text('source').notNull(),
    confidence: text('confidence').$type<'A' | 'B' | 'C'>().notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [uniqueIndex('cost_prices_once').on(table.workspaceId, table.item, table.unit, table.validFrom)],
)
