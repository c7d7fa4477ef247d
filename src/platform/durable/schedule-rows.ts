import { and, eq, isNotNull, lt, or, sql, type InferSelectModel } from 'drizzle-orm'

import { assertMay, systemActor, type Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../db/client.ts'
import { publishEvent } from '../events/publish-event.ts'
import { nextCronTime } from './cron.ts'
import type { WorkflowDefinition } from './define.ts'
import { durableErrors } from './errors.ts'
import { schedules } from './schema.ts'
import { startRun, wakeDispatcher } from './start-run.ts'

export type Schedule = InferSelectModel<typeof schedules>

/** Fires once at `at`, or again and again by a five-field cron expression read in an IANA zone. */
export type ScheduleTimes = { at: Date } | { cron: string; zone: string }

export type CreateSchedule<Input> = {
  workflow: WorkflowDefinition<Input, unknown, string>
  workspaceId: string
  actor: Actor
  input: Input
  subjectId: string
  title?: string
  times: ScheduleTimes
}

/** Books runs for later, in the caller's transaction. Fails with `durable.badSchedule` or `durable.badInput`. */
export async function createSchedule<Input>(db: Db, create: CreateSchedule<Input>): Promise<Schedule> {
  const input = create.workflow.input.safeParse(create.input)
  if (!input.success) throw durableErrors.badInput(`The input of ${create.workflow.name} is not valid.`)
  const [row] = await db
    .insert(schedules)
    .values({
      id: newId('sched'),
      workspaceId: create.workspaceId,
      workflow: create.workflow.name,
      title: create.title ?? create.workflow.title,
      subjectId: create.subjectId,
      requestedBy: create.actor.id,
      input: input.data,
      ...columnsFrom(create.times),
    })
    .returning()
  await wakeDispatcher(db)
  return row!
}

/** Changes when a schedule fires, or switches it on and off. Ticks of before do nothing any more. */
export async function changeSchedule(
  db: Db,
  change: { actor: Actor; scheduleId: string; times?: ScheduleTimes; enabled?: boolean },
): Promise<Schedule> {
  assertMay(change.actor, 'runs.write')
  const mine = and(eq(schedules.id, change.scheduleId), eq(schedules.workspaceId, change.actor.workspaceId))
  const [before] = await db.select().from(schedules).where(mine)
  if (!before) throw durableErrors.scheduleNotFound(`There is no schedule ${change.scheduleId}.`)
  const enabled = change.enabled ?? before.enabled
  const times = change.times ?? (before.cron ? { cron: before.cron, zone: before.zone } : undefined)
  const [row] = await db
    .update(schedules)
    .set({
      ...(times && columnsFrom(times)),
      enabled,
      generation: sql`${schedules.generation} + 1`,
      updatedAt: sql`now()`,
    })
    .where(mine)
    .returning()
  await wakeDispatcher(db)
  return row!
}

/** Forgets a schedule; runs that it has started go on. */
export async function deleteSchedule(db: Db, input: { actor: Actor; scheduleId: string }): Promise<void> {
  assertMay(input.actor, 'runs.write')
  await db
    .delete(schedules)
    .where(and(eq(schedules.id, input.scheduleId), eq(schedules.workspaceId, input.actor.workspaceId)))
}

/**
 * Has schedules told to the engine again whose tick is overdue (the engine lost it) or that were told more than a
 * day ago (the clock may have been moved since). A tick that comes nevertheless is of an old generation.
 */
export async function renewSchedules(db: Db): Promise<void> {
  const overdue = and(
    lt(schedules.nextAt, sql`now() - interval '2 minutes'`),
    lt(schedules.armedAt, sql`now() - interval '2 minutes'`),
  )
  await db
    .update(schedules)
    .set({ generation: sql`${schedules.generation} + 1` })
    .where(
      and(
        eq(schedules.enabled, true),
        isNotNull(schedules.nextAt),
        eq(schedules.generation, schedules.armedGeneration),
        or(overdue, lt(schedules.armedAt, sql`now() - interval '1 day'`)),
      ),
    )
}

/**
 * Starts the run that is due, once, and works out the next time. Returns when to tick again, or undefined when this
 * tick is of an older generation or was the last one. Occurrences missed while nothing ran are made up by one run.
 */
export async function fireSchedule(
  db: Db,
  workflows: readonly WorkflowDefinition[],
  tick: { scheduleId: string; generation: number; dueAtMs: number },
  now: Date,
): Promise<{ dueAtMs: number } | undefined> {
  return db.transaction(async (tx) => {
    const [row] = await tx.select().from(schedules).where(eq(schedules.id, tick.scheduleId)).for('update')
    if (!row?.enabled || row.generation !== tick.generation) return undefined
    // Early, because the clock went back meanwhile.
    if (now.getTime() < tick.dueAtMs - 1_000) return { dueAtMs: tick.dueAtMs }
    const hasFired = row.lastDueAt !== null && row.lastDueAt.getTime() >= tick.dueAtMs
    if (hasFired) return row.nextAt ? { dueAtMs: row.nextAt.getTime() } : undefined

    const lastRunId = await startScheduled(tx, row, workflows)
    const nextAt = row.cron ? (nextCronTime(row.cron, row.zone, now) ?? null) : null
    await tx
      .update(schedules)
      .set({
        lastDueAt: new Date(tick.dueAtMs),
        lastRunId: lastRunId ?? row.lastRunId,
        nextAt,
        enabled: nextAt !== null,
        updatedAt: now,
      })
      .where(eq(schedules.id, row.id))
    return nextAt ? { dueAtMs: nextAt.getTime() } : undefined
  })
}

/** A start that is refused, say because the input no longer fits, is told to the workspace; later ones go on. */
async function startScheduled(
  tx: Db,
  row: Schedule,
  workflows: readonly WorkflowDefinition[],
): Promise<string | undefined> {
  const workflow = workflows.find(({ name }) => name === row.workflow)
  const { workspaceId, subjectId, title, input } = row
  try {
    if (!workflow) throw durableErrors.badInput(`There is no workflow ${row.workflow} any more.`)
    const actor = systemActor('schedule', workspaceId)
    return (await startRun(tx, { workflow, workspaceId, actor, input, subjectId, title })).id
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const data = { scheduleId: row.id, code: error.code, message: error.message }
    await publishEvent(tx, { type: 'schedule.failed', workspaceId, subjectId, data })
    return undefined
  }
}

function columnsFrom(times: ScheduleTimes): { cron: string | null; zone: string; nextAt: Date | null } {
  if ('at' in times) return { cron: null, zone: 'UTC', nextAt: times.at }
  return {
    cron: times.cron,
    zone: times.zone,
    nextAt: nextCronTime(times.cron, times.zone, new Date()) ?? null,
  }
}
