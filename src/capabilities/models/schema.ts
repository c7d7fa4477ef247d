import {
  bigint,
  boolean,
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
import type { BreakerState } from './breaker.ts'
import type { ModelKind } from './model.ts'

/** One attempt at a model, however it ended: what health, percentiles and quality are worked out from. */
export const modelCalls = pgTable(
  'model_calls',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    model: text('model').notNull(),
    kind: text('kind').$type<ModelKind>().notNull(),
    task: text('task').notNull(),
    topic: text('topic'),
    subjectId: text('subject_id').notNull(),
    /** `done`, or the code of the failure. */
    outcome: text('outcome').notNull(),
    /** Whether it says something about the model's health: a refusal or a bad request does not. */
    countsForHealth: boolean('counts_for_health').notNull(),
    latencyMs: integer('latency_ms').notNull(),
    costMicros: bigint('cost_micros', { mode: 'number' }).notNull(),
    isCached: boolean('is_cached').notNull(),
    /** 0 to 1, from whoever used the result. */
    rating: doublePrecision('rating'),
    at: moment('at').notNull(),
  },
  (table) => [
    index('model_calls_by_model').on(table.model, table.at),
    index('model_calls_by_workspace').on(table.workspaceId, table.id),
  ],
)

/** The state of each model for the whole installation, shared by its processes. */
export const modelBreakers = pgTable('model_breakers', {
  model: text('model').primaryKey(),
  state: text('state').$type<BreakerState>().notNull(),
  /** Failures in a row while closed, successes in a row while half-open. */
  inARow: integer('in_a_row').notNull(),
  /** How often in a row it opened: it rests longer each time. */
  timesOpened: integer('times_opened').notNull(),
  /** When an open one lets a call through, or a half-open one the next. */
  probeAt: moment('probe_at'),
  lastFailure: text('last_failure'),
  checkedAt: moment('checked_at'),
  /** What the last active check found: `ok` or the code of the failure. */
  checkResult: text('check_result'),
  changedAt: moment('changed_at').notNull(),
})

/** Which models a workspace wants, in which order, for a kind, task and topic in an environment. */
export const modelChoices = pgTable(
  'model_choices',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    environment: text('environment').notNull(),
    kind: text('kind').$type<ModelKind>().notNull(),
    /** Empty for every task. */
    task: text('task').notNull(),
    /** Empty for every topic. */
    topic: text('topic').notNull(),
    chain: jsonb('chain').$type<string[]>().notNull(),
    version: integer('version').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('model_choices_once').on(
      table.workspaceId,
      table.environment,
      table.kind,
      table.task,
      table.topic,
    ),
  ],
)

/** Answers kept for an hour in development, so that trying things out is paid for once. */
export const modelCache = pgTable(
  'model_cache',
  {
    workspaceId: text('workspace_id').notNull(),
    fingerprint: text('fingerprint').notNull(),
    answer: jsonb('answer').$type<unknown>().notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.fingerprint] }),
    index('model_cache_by_end').on(table.expiresAt),
  ],
)
