import { sql } from 'drizzle-orm'
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
} from 'drizzle-orm/pg-core'
import { moment } from '../db/columns.ts'

import type { RunError, RunState } from './run.ts'

/** One run of a workflow. The row is the outbox too: what is queued and not yet submitted still has to reach the engine. */
export const runs = pgTable(
  'runs',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    workflow: text('workflow').notNull(),
    title: text('title').notNull(),
    subjectId: text('subject_id').notNull(),
    requestedBy: text('requested_by').notNull(),
    state: text('state').$type<RunState>().notNull(),
    /** 1 for the first try; each retry by a person counts one up and makes a new workflow key. */
    attempt: integer('attempt').notNull().default(1),
    stage: text('stage'),
    stageLabel: text('stage_label'),
    percent: doublePrecision('percent').notNull().default(0),
    /** Percent at which the current stage begins, and how many percent points it is worth. */
    stageBase: doublePrecision('stage_base').notNull().default(0),
    stageShare: doublePrecision('stage_share').notNull().default(0),
    /** Percent points earned by each step of the current stage. */
    stepPoints: jsonb('step_points').$type<Record<string, number>>().notNull().default({}),
    input: jsonb('input').notNull(),
    /** W3C trace context of the request that started the run: its steps belong to that trace. */
    traceparent: text('traceparent'),
    result: jsonb('result'),
    error: jsonb('error').$type<RunError>(),
    /** The engine's id of the current attempt; null until it has been submitted. */
    invocationId: text('invocation_id'),
    submittedAt: moment('submitted_at'),
    cancelRequestedAt: moment('cancel_requested_at'),
    cancelSentAt: moment('cancel_sent_at'),
    /** When the engine had nothing left to do for the current attempt, clean-up included. */
    settledAt: moment('settled_at'),
    stuckSince: moment('stuck_since'),
    createdAt: moment('created_at').notNull().defaultNow(),
    startedAt: moment('started_at'),
    finishedAt: moment('finished_at'),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    index('runs_by_workspace').on(table.workspaceId, table.id),
    index('runs_by_subject').on(table.subjectId),
    index('runs_unfinished')
      .on(table.state, table.updatedAt)
      .where(sql`${table.settledAt} is null`),
  ],
)

/** One row per outside effect of a run: proof and memory that it was applied exactly once. */
export const runEffects = pgTable(
  'run_effects',
  {
    runId: text('run_id')
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    attempt: integer('attempt').notNull(),
    /** `<step>#<n>/<effect>`, so that two calls of one step never share an effect. */
    effect: text('effect').notNull(),
    result: jsonb('result'),
    /** How often the effect was applied. Anything but 1 in a committed row is a bug. */
    applied: integer('applied').notNull().default(0),
    at: moment('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.attempt, table.effect] })],
)

/** When to start a run: once at a time, or again and again by a cron expression in a time zone. */
export const schedules = pgTable(
  'schedules',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    workflow: text('workflow').notNull(),
    title: text('title').notNull(),
    subjectId: text('subject_id').notNull(),
    requestedBy: text('requested_by').notNull(),
    input: jsonb('input').notNull(),
    /** Five-field cron expression, or null for a schedule that fires once at `nextAt`. */
    cron: text('cron'),
    /** IANA zone that the cron expression is read in. */
    zone: text('zone').notNull().default('UTC'),
    enabled: boolean('enabled').notNull().default(true),
    nextAt: moment('next_at'),
    /** Counts every change; a tick of an older generation does nothing. */
    generation: bigint('generation', { mode: 'number' }).notNull().default(1),
    /** The generation the engine was last told; different from `generation` = has to be told. */
    armedGeneration: bigint('armed_generation', { mode: 'number' }).notNull().default(0),
    armedAt: moment('armed_at'),
    lastDueAt: moment('last_due_at'),
    lastRunId: text('last_run_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [index('schedules_by_workspace').on(table.workspaceId)],
)
