import {
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { moment } from '../../platform/db/columns.ts'
import type { ExperimentDefinition, ExperimentState } from './experiments/experiment.ts'

/** Every form a flag ever had; the highest version is the current one. Rows are never changed. */
export const flagVersions = pgTable(
  'flag_versions',
  {
    workspaceId: text('workspace_id').notNull(),
    key: text('key').notNull(),
    version: integer('version').notNull(),
    /** JSON null: the flag was removed, or is again as shipped. */
    definition: jsonb('definition'),
    changedBy: text('changed_by').notNull(),
    reason: text('reason').notNull(),
    changedAt: moment('changed_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.key, table.version] })],
)

/** When a flag was last asked for, to the hour. */
export const flagUses = pgTable(
  'flag_uses',
  {
    workspaceId: text('workspace_id').notNull(),
    key: text('key').notNull(),
    lastUsedAt: moment('last_used_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.key] })],
)

/** Questions asked by giving different things to different units. */
export const experiments = pgTable(
  'experiments',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    key: text('key').notNull(),
    state: text('state').$type<ExperimentState>().notNull(),
    flagKey: text('flag_key'),
    definition: jsonb('definition').$type<ExperimentDefinition>().notNull(),
    version: integer('version').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    startedAt: moment('started_at'),
    stoppedAt: moment('stopped_at'),
    stopReason: text('stop_reason'),
  },
  (table) => [
    uniqueIndex('experiments_by_key').on(table.workspaceId, table.key),
    uniqueIndex('experiments_running_on_flag')
      .on(table.workspaceId, table.flagKey)
      .where(sql`${table.state} = 'running'`),
  ],
)

/** Which unit got what first: in an experiment, or on which side of a rollout. */
export const exposures = pgTable(
  'exposures',
  {
    workspaceId: text('workspace_id').notNull(),
    /** `exp_…`, or `rollout:…` of a flag. */
    exposureId: text('exposure_id').notNull(),
    unitId: text('unit_id').notNull(),
    variant: text('variant').notNull(),
    at: moment('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.exposureId, table.unitId] })],
)

/** What happened to a unit: a number of a metric at a time. Experiments read them; they belong to none. */
export const outcomes = pgTable(
  'outcomes',
  {
    workspaceId: text('workspace_id').notNull(),
    /** The sender's own id: the same outcome sent twice counts once. */
    id: text('id').notNull(),
    metric: text('metric').notNull(),
    unitId: text('unit_id').notNull(),
    value: doublePrecision('value').notNull(),
    at: moment('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('outcomes_by_unit').on(table.workspaceId, table.metric, table.unitId, table.at),
  ],
)
