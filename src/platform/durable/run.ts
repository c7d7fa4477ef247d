import type { InferSelectModel } from 'drizzle-orm'

import { durableErrors } from './errors.ts'
import type { runs } from './schema.ts'

export const runStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const
export type RunState = (typeof runStates)[number]

/** Why a run ended without a result, as a person and a program may read it. */
export type RunError = { code: string; message: string; help: string; retryable: boolean }

/** A run as every edge of the product shows it. Times are ISO 8601 in UTC. */
export type Run = {
  id: string
  workspaceId: string
  workflow: string
  title: string
  subjectId: string
  state: RunState
  stage: string | null
  stageLabel: string | null
  /** 0 to 100; never goes back within one attempt. */
  percent: number
  attempt: number
  input: unknown
  result: unknown
  error: RunError | null
  stuckSince: string | null
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
  updatedAt: string
}

export type RunRow = InferSelectModel<typeof runs>

/** The public shape of a row; the engine's bookkeeping stays inside. */
export function runFromRow(row: RunRow): Run {
  return {
    id: row.id,
    workspaceId: row.workspaceId,
    workflow: row.workflow,
    title: row.title,
    subjectId: row.subjectId,
    state: row.state,
    stage: row.stage,
    stageLabel: row.stageLabel,
    percent: Math.round(row.percent * 10) / 10,
    attempt: row.attempt,
    input: row.input,
    result: row.result ?? null,
    error: row.error,
    stuckSince: row.stuckSince?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** The workflow key of an attempt: the run's id, with the attempt behind it from the second one on. */
export function workflowKey(runId: string, attempt: number): string {
  return attempt === 1 ? runId : `${runId}:${attempt}`
}

export const cancelledError: RunError = {
  code: 'durable.cancelled',
  message: 'The run was cancelled.',
  help: durableErrors.rows.cancelled.help,
  retryable: false,
}
