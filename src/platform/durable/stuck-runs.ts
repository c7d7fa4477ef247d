import { and, eq, inArray, isNotNull, isNull, lt, notInArray, or, sql, type SQL } from 'drizzle-orm'

import { admin, queryEngine, type EngineInvocation } from './admin.ts'
import type { Namespace } from './contracts.ts'
import type { Db } from '../db/client.ts'
import { durableErrors } from './errors.ts'
import type { Logger } from '../log/log.ts'
import type { RunRow } from './run.ts'
import { failRun, publishRun } from './run-state.ts'
import { runs } from './schema.ts'
import { failureFrom } from './terminal-error.ts'

export type StuckLimits = {
  /** A queued run that has not begun. Default 5 minutes. */
  queuedMs: number
  /** A running run without any sign of progress. Default 30 minutes. */
  silentMs: number
  /** Work that the engine holds back (paused, or ready and not begun). Default 2 minutes. */
  heldMs: number
  /** A run that the engine was given and does not know. Default 2 minutes; 5 s for the first look of a process. */
  lostMs: number
}

export const defaultStuckLimits: StuckLimits = {
  queuedMs: 300_000,
  silentMs: 1_800_000,
  heldMs: 120_000,
  lostMs: 120_000,
}

export type CheckStuckRuns = {
  db: Db
  log: Logger
  adminUrl: string
  namespace?: Namespace
  limits?: Partial<StuckLimits>
}

/** What one check found and did. */
export type StuckReport = {
  /** Runs that are newly marked as stuck. */
  marked: string[]
  /** Runs that the engine had lost and that were handed over again. */
  resubmitted: string[]
  /** Runs that had ended in the engine without our row knowing. */
  ended: string[]
  /** Runs whose work the engine holds back although nothing of its kind is running. */
  held: string[]
  /** Engine calls that were paused after too many failures and were set going again. */
  resumed: string[]
}

/**
 * Looks for runs that do not move. Marks them (`stuckSince`, event `run.stuck`) for people to see, and repairs what
 * can be repaired: work that the engine paused is resumed, runs it has lost are handed over again, and runs that it
 * ended behind our back are shown as failed.
 */
export async function checkStuckRuns(options: CheckStuckRuns): Promise<StuckReport> {
  const limits = { ...defaultStuckLimits, ...options.limits }
  const calls = await openCalls(options).catch((error: unknown) => error as Error)
  // Also while the engine does not answer: that is when nothing moves.
  const marked = await markSilentRuns(options.db, limits, calls instanceof Error ? [] : calls)
  if (calls instanceof Error) throw calls
  const held = await markHeldRuns(options.db, limits, calls)
  const resumed = await resumePaused(options, calls)
  const { resubmitted, ended } = await compareWithEngine(options, limits)
  const report = { marked, held, resumed, resubmitted, ended }
  if (Object.values(report).some((ids) => ids.length > 0)) options.log.warn(report, 'some runs were stuck')
  return report
}

/**
 * Repeats the check every minute until `stop`. The first one is at once: after a restore, the engine knows nothing of
 * the runs that were under way.
 */
export function startStuckAlarm(options: CheckStuckRuns & { everyMs?: number }): { stop(): Promise<void> } {
  const check = (limits: Partial<StuckLimits> = {}) =>
    checkStuckRuns({ ...options, limits: { ...limits, ...options.limits } }).catch((error: unknown) =>
      options.log.warn({ err: error }, 'the check for stuck runs could not be done'),
    )
  const state = { current: check({ lostMs: 5_000 }) as Promise<unknown> }
  const timer = setInterval(() => {
    state.current = state.current.then(() => check())
  }, options.everyMs ?? 60_000).unref()
  return {
    async stop() {
      clearInterval(timer)
      await state.current
    },
  }
}

/** Our calls in the engine that run, wait to begin, or were paused. */
function openCalls({ adminUrl, namespace = '' }: CheckStuckRuns): Promise<EngineInvocation[]> {
  const ours = ['Run.', 'Step.', 'Schedule'].map((kind) => `target like '${namespace}${kind}%'`).join(' or ')
  return queryEngine<EngineInvocation>(
    adminUrl,
    `select id, status, scope, invoked_by_id, modified_at from sys_invocation
     where status in ('pending', 'ready', 'running', 'paused') and (${ours})`,
  )
}

const isWaiting = ({ status }: EngineInvocation) => status === 'pending' || status === 'ready'

function markSilentRuns(db: Db, limits: StuckLimits, calls: EngineInvocation[]): Promise<string[]> {
  const isOlder = (ms: number) => lt(runs.updatedAt, sql`now() - make_interval(secs => ${ms / 1000})`)
  // A run whose steps all wait for a slot is silent for a good reason, which the next check judges.
  const working = new Set(
    calls.filter(({ status }) => status === 'running').map((call) => call.invoked_by_id),
  )
  const waiting = calls.filter(
    (call) => isWaiting(call) && call.invoked_by_id && !working.has(call.invoked_by_id),
  )
  const isSilent = and(eq(runs.state, 'running'), isOlder(limits.silentMs))
  const waitingIds = waiting.map((call) => call.invoked_by_id!)
  return mark(
    db,
    or(
      and(eq(runs.state, 'queued'), isOlder(limits.queuedMs)),
      waitingIds.length === 0 ? isSilent : and(isSilent, notInArray(runs.invocationId, waitingIds)),
    ),
  )
}

/** Work that waits for a slot is fine as long as somebody has the slots; otherwise the engine's scheduler is stuck. */
async function markHeldRuns(db: Db, limits: StuckLimits, calls: EngineInvocation[]): Promise<string[]> {
  const busy = new Set(calls.filter(({ status }) => status === 'running').map(({ scope }) => scope))
  const held = calls.filter(
    (call) =>
      isWaiting(call) &&
      !(call.scope && busy.has(call.scope)) &&
      Date.now() - Date.parse(call.modified_at) > limits.heldMs,
  )
  const ids = held.flatMap(({ id, invoked_by_id }) => [id, invoked_by_id ?? id])
  return ids.length === 0 ? [] : mark(db, inArray(runs.invocationId, ids))
}

function mark(db: Db, condition: SQL | undefined): Promise<string[]> {
  return db.transaction(async (tx) => {
    const rows = await tx
      .update(runs)
      .set({ stuckSince: sql`now()` })
      .where(and(isNull(runs.stuckSince), inArray(runs.state, ['queued', 'running']), condition))
      .returning()
    for (const row of rows) await publishRun(tx, 'run.stuck', row)
    return rows.map(({ id }) => id)
  })
}

/** The engine pauses a call after 70 failures, which means minutes of an unreachable database or worker. */
async function resumePaused({ adminUrl }: CheckStuckRuns, calls: EngineInvocation[]): Promise<string[]> {
  const ids = calls.filter(({ status }) => status === 'paused').map(({ id }) => id)
  for (const id of ids)
    await admin(adminUrl, `/invocations/${id}/resume`, { method: 'PATCH', accept: [404, 409] })
  return ids
}

async function compareWithEngine(
  { db, adminUrl }: CheckStuckRuns,
  limits: StuckLimits,
): Promise<{ resubmitted: string[]; ended: string[] }> {
  const rows = await db
    .select()
    .from(runs)
    .where(
      and(
        isNotNull(runs.invocationId),
        isNull(runs.settledAt),
        lt(runs.updatedAt, sql`now() - make_interval(secs => ${limits.lostMs / 1000})`),
      ),
    )
    .limit(200)
  const resubmitted: string[] = []
  const ended: string[] = []
  if (rows.length === 0) return { resubmitted, ended }

  const ids = rows.map((row) => `'${row.invocationId}'`).join(', ')
  const known = await queryEngine<{ id: string; status: string }>(
    adminUrl,
    `select id, status from sys_invocation where id in (${ids})`,
  )
  const statusOf = new Map(known.map(({ id, status }) => [id, status]))
  for (const row of rows) {
    const status = statusOf.get(row.invocationId!)
    if (status === undefined && (row.state === 'queued' || row.state === 'running')) {
      await resubmit(db, row)
      resubmitted.push(row.id)
    } else if (status === undefined || status === 'completed') {
      const reason = durableErrors.stopped('The engine ended this run without a result.')
      await failRun(db, { runId: row.id, attempt: row.attempt }, failureFrom(reason))
      ended.push(row.id)
    }
  }
  return { resubmitted, ended }
}

/** Back into the outbox. Effects that were already applied are remembered, so they are not applied again. */
async function resubmit(db: Db, row: RunRow): Promise<void> {
  await db
    .update(runs)
    .set({ state: 'queued', invocationId: null, submittedAt: null, updatedAt: sql`now()` })
    .where(
      and(eq(runs.id, row.id), eq(runs.attempt, row.attempt), inArray(runs.state, ['queued', 'running'])),
    )
}
