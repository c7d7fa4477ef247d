import { and, eq, inArray, sql } from 'drizzle-orm'

import type { Db } from '../db/client.ts'
import { publishEvent } from '../events/publish-event.ts'
import { publishTransient } from '../events/publish-transient.ts'
import { recordRunEnded } from '../telemetry/metrics.ts'
import { cancelledError, runFromRow, type Run, type RunError, type RunRow } from './run.ts'
import { runs } from './schema.ts'

/** One try of a run. Every write below names it, so that an old try can never touch the row of a newer one. */
export type AttemptKey = { runId: string; attempt: number }

const isAttempt = (key: AttemptKey) => and(eq(runs.id, key.runId), eq(runs.attempt, key.attempt))

/** What subscribers learn about a run: all but its input and result, which they fetch if they may. */
export function runEventData(run: Run): Record<string, unknown> {
  const { input: _input, result: _result, ...rest } = run
  return rest
}

/** Tells the workspace about a state change, in the transaction that makes it. */
export async function publishRun(tx: Db, type: string, row: RunRow): Promise<void> {
  const run = runFromRow(row)
  await publishEvent(tx, { type, workspaceId: run.workspaceId, subjectId: run.id, data: runEventData(run) })
}

/** Marks the try as running. False when it must not run: cancelled meanwhile, or superseded, or unknown here. */
export async function beginRun(db: Db, key: AttemptKey): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .update(runs)
      .set({ state: 'running', startedAt: sql`now()`, updatedAt: sql`now()`, stuckSince: null })
      .where(and(isAttempt(key), eq(runs.state, 'queued')))
      .returning()
    if (row) {
      await publishRun(tx, 'run.started', row)
      return true
    }
    // A replayed begin finds its own earlier success.
    const [known] = await tx.select({ state: runs.state }).from(runs).where(isAttempt(key))
    if (known?.state === 'running') return true
    await tx
      .update(runs)
      .set({ settledAt: sql`now()` })
      .where(and(isAttempt(key), eq(runs.state, 'cancelled')))
    return false
  })
}

/** Moves to a stage and tells who watches. The percent only ever grows. */
export async function enterStage(
  db: Db,
  key: AttemptKey,
  stage: { name: string; label: string; base: number; share: number },
): Promise<void> {
  const [row] = await db
    .update(runs)
    .set({
      stage: stage.name,
      stageLabel: stage.label,
      stageBase: stage.base,
      stageShare: stage.share,
      stepPoints: {},
      percent: sql`greatest(${runs.percent}, ${stage.base}::float8)`,
      stuckSince: null,
      updatedAt: sql`now()`,
    })
    .where(and(isAttempt(key), eq(runs.state, 'running')))
    .returning()
  if (row) await publishProgress(db, row)
}

/** Stores what a step has earned of its stage. A report that comes after its stage has ended changes nothing. */
export async function storeProgress(
  db: Db,
  key: AttemptKey,
  progress: { stage: string; stepId: string; points: number },
): Promise<void> {
  const points = sql`${runs.stepPoints} || jsonb_build_object(${progress.stepId}::text, ${progress.points}::float8)`
  const earned = sql`(select sum(value::float8) from jsonb_each_text(${points}))`
  const [row] = await db
    .update(runs)
    .set({
      stepPoints: sql`${points}`,
      percent: sql`greatest(${runs.percent}, least(${runs.stageBase} + least(${runs.stageShare}, ${earned}), 99.9))`,
      stuckSince: null,
      updatedAt: sql`now()`,
    })
    .where(and(isAttempt(key), eq(runs.state, 'running'), eq(runs.stage, progress.stage)))
    .returning()
  if (row) await publishProgress(db, row)
}

/** Stores the result. False when the run was cancelled before: then its effects have to be undone. */
export async function succeedRun(db: Db, key: AttemptKey, result: unknown): Promise<boolean> {
  const [ended, isSuccess] = await db.transaction(async (tx) => {
    const [row] = await tx
      .update(runs)
      .set({
        state: 'succeeded',
        result: result ?? null,
        percent: 100,
        finishedAt: sql`now()`,
        settledAt: sql`now()`,
        updatedAt: sql`now()`,
        stuckSince: null,
      })
      .where(and(isAttempt(key), eq(runs.state, 'running')))
      .returning()
    if (row) await publishRun(tx, 'run.succeeded', row)
    if (row) return [row, true] as const
    const [known] = await tx.select({ state: runs.state }).from(runs).where(isAttempt(key))
    return [undefined, known?.state === 'succeeded'] as const
  })
  if (ended) measureRun(ended)
  return isSuccess
}

/** Whether the result was stored in spite of an error seen later: then nothing must be undone. */
export async function hasSucceeded(db: Db, key: AttemptKey): Promise<boolean> {
  const [row] = await db.select({ state: runs.state }).from(runs).where(isAttempt(key))
  return row?.state === 'succeeded'
}

/** Stores why the try ended, after the clean-up, and that the engine is done with it. */
export async function failRun(db: Db, key: AttemptKey, error: RunError): Promise<void> {
  const isCancel = error.code === cancelledError.code
  const ended = await db.transaction(async (tx) => {
    const [row] = await tx
      .update(runs)
      .set({
        state: isCancel ? 'cancelled' : 'failed',
        error,
        finishedAt: sql`now()`,
        updatedAt: sql`now()`,
        stuckSince: null,
      })
      .where(and(isAttempt(key), inArray(runs.state, ['queued', 'running'])))
      .returning()
    if (row) await publishRun(tx, isCancel ? 'run.cancelled' : 'run.failed', row)
    await tx
      .update(runs)
      .set({ settledAt: sql`now()` })
      .where(isAttempt(key))
    return row
  })
  if (ended) measureRun(ended)
}

/** Counts an ended run in the metrics. Only after the commit, or a rolled-back end would be counted. */
export function measureRun({ workflow, state, startedAt, finishedAt }: RunRow): void {
  const durationMs = startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : 0
  recordRunEnded({ workflow, state, durationMs })
}

async function publishProgress(db: Db, row: RunRow): Promise<void> {
  const { id, stage, stageLabel, percent, state } = runFromRow(row)
  await publishTransient(db, {
    type: 'run.progressed',
    workspaceId: row.workspaceId,
    subjectId: id,
    data: { runId: id, state, stage, stageLabel, percent },
  })
}
