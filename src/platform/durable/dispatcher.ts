import { connect, rpc, type Ingress } from '@restatedev/restate-sdk-clients'
import { and, asc, eq, isNotNull, isNull, ne, sql } from 'drizzle-orm'

import { admin } from './admin.ts'
import { runContract, scheduleContract, type Namespace } from './contracts.ts'
import type { Db } from '../db/client.ts'
import type { Logger } from '../log/log.ts'
import { workflowKey, type RunRow } from './run.ts'
import { renewSchedules } from './schedule-rows.ts'
import { runs, schedules } from './schema.ts'
import { createWakeFeed } from './wake-feed.ts'

export type StartDispatcher = {
  db: Db
  /** The same database, for the connection that listens. */
  databaseUrl: string
  log: Logger
  engine: { ingressUrl: string; adminUrl: string }
  namespace?: Namespace
  /** Pause between looks when nothing wakes it. Default one minute. */
  everyMs?: number
}

export type Dispatcher = {
  /** Looks now; resolves when the look is over. True when nothing is left to hand over. */
  poke(): Promise<boolean>
  stop(): Promise<void>
}

/**
 * Carries what the database has promised over to the engine: queued runs, cancels and changed schedules. It looks
 * when woken by a commit, at its start, every minute, and every few seconds while the engine does not take something.
 * Several may run at once: the engine takes each run's key only once.
 */
export function startDispatcher(options: StartDispatcher): Dispatcher {
  const log = options.log.child({ part: 'dispatcher' })
  const namespace = options.namespace ?? ''
  const ingress = connect({ url: options.engine.ingressUrl })
  const deps = { db: options.db, ingress, adminUrl: options.engine.adminUrl, namespace }
  const state = { timer: undefined as NodeJS.Timeout | undefined, failures: 0, stopped: false }
  let current: Promise<boolean> | undefined
  let again: Promise<boolean> | undefined

  async function look(): Promise<boolean> {
    clearTimeout(state.timer)
    try {
      await handOver(deps)
      state.failures = 0
      return true
    } catch (error) {
      if (!state.stopped)
        log[state.failures === 0 ? 'warn' : 'debug'](
          { err: error },
          'work could not be handed to the engine yet',
        )
      state.failures += 1
      return false
    } finally {
      const everyMs = options.everyMs ?? 60_000
      const pauseMs = state.failures === 0 ? everyMs : Math.min(250 * 2 ** state.failures, 5_000, everyMs)
      if (!state.stopped) state.timer = setTimeout(() => void poke(), pauseMs).unref()
    }
  }

  /** A wake during a look starts one more look after it, never two at once. */
  function poke(): Promise<boolean> {
    if (state.stopped) return Promise.resolve(true)
    if (!current) {
      current = look().finally(() => (current = undefined))
      return current
    }
    again ??= current.then(() => {
      again = undefined
      return poke()
    })
    return again
  }

  const feed = createWakeFeed({ url: options.databaseUrl, log, onWake: () => void poke() })
  return {
    poke,
    async stop() {
      state.stopped = true
      clearTimeout(state.timer)
      await feed.close()
      await current
      clearTimeout(state.timer)
    },
  }
}

type HandOver = { db: Db; ingress: Ingress; adminUrl: string; namespace: Namespace }

async function handOver(deps: HandOver): Promise<void> {
  const failures: unknown[] = []
  // One that the engine refuses, such as a run of a workflow that no worker serves yet, must not hold up the others.
  const each = async <Row>(rows: Row[], fn: (row: Row) => Promise<void>) => {
    for (const row of rows) await fn(row).catch((error: unknown) => failures.push(error))
  }
  await each(
    await deps.db
      .select()
      .from(runs)
      .where(and(eq(runs.state, 'queued'), isNull(runs.submittedAt)))
      .orderBy(asc(runs.createdAt))
      .limit(500),
    (row) => submitRun(deps, row),
  )
  await each(
    await deps.db
      .select()
      .from(runs)
      .where(and(isNotNull(runs.cancelRequestedAt), isNull(runs.cancelSentAt), isNotNull(runs.invocationId)))
      .limit(500),
    (row) => sendCancel(deps, row),
  )
  await renewSchedules(deps.db)
  await each(
    await deps.db
      .select()
      .from(schedules)
      .where(
        and(
          ne(schedules.generation, schedules.armedGeneration),
          eq(schedules.enabled, true),
          isNotNull(schedules.nextAt),
        ),
      )
      .limit(500),
    (row) => armSchedule(deps, row),
  )
  if (failures.length > 0) throw failures[0]
}

async function submitRun({ db, ingress, namespace }: HandOver, row: RunRow): Promise<void> {
  const call = {
    runId: row.id,
    attempt: row.attempt,
    workspaceId: row.workspaceId,
    ...(row.traceparent ? { traceparent: row.traceparent } : {}),
    input: row.input,
  }
  const { invocationId } = await ingress
    .sendClient(runContract(namespace, row.workflow), workflowKey(row.id, row.attempt))
    .run(call, rpc.sendOpts({ timeout: 5_000 }))
  await db
    .update(runs)
    .set({ invocationId, submittedAt: sql`now()` })
    .where(and(eq(runs.id, row.id), eq(runs.attempt, row.attempt)))
}

async function sendCancel({ db, adminUrl }: HandOver, row: RunRow): Promise<void> {
  // 404: the engine has forgotten it, so there is nothing to stop.
  await admin(adminUrl, `/invocations/${row.invocationId}/cancel`, { method: 'PATCH', accept: [404, 409] })
  await db
    .update(runs)
    .set({ cancelSentAt: sql`now()` })
    .where(and(eq(runs.id, row.id), eq(runs.attempt, row.attempt)))
}

async function armSchedule(
  { db, ingress, namespace }: HandOver,
  row: { id: string; generation: number; nextAt: Date | null },
): Promise<void> {
  const dueAtMs = row.nextAt!.getTime()
  await ingress.sendClient(scheduleContract(namespace), row.id).tick(
    { generation: row.generation, dueAtMs },
    rpc.sendOpts({
      idempotencyKey: `${row.id}:${row.generation}`,
      timeout: 5_000,
      delay: Math.max(0, dueAtMs - Date.now()),
    }),
  )
  await db
    .update(schedules)
    .set({ armedGeneration: row.generation, armedAt: sql`now()` })
    .where(and(eq(schedules.id, row.id), eq(schedules.generation, row.generation)))
}
