import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { eq, sql } from 'drizzle-orm'

import { systemActor } from '../../kernel/actor.ts'
import type { Db } from '../db/client.ts'
import { withDb } from '../db/test-db.ts'
import { events } from '../events/schema.ts'
import type { WorkflowDefinition } from './define.ts'
import {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  fireSchedule,
  renewSchedules,
  type ScheduleTimes,
} from './schedule-rows.ts'
import { runs, schedules } from './schema.ts'
import { storyWorkflow } from './test-workflows.ts'

const actor = systemActor('test', 'ws_1')
const workflows = [storyWorkflow] as unknown as WorkflowDefinition[]
const daily: ScheduleTimes = { cron: '0 9 * * *', zone: 'Europe/Berlin' }

const create = (db: Db, times: ScheduleTimes) =>
  createSchedule(db, {
    workflow: storyWorkflow,
    workspaceId: 'ws_1',
    actor,
    input: { labels: ['a'] },
    subjectId: 'trend_1',
    times,
  })
const read = async (db: Db, id: string) => (await db.select().from(schedules).where(eq(schedules.id, id)))[0]!
const tickOf = (row: { id: string; generation: number }, dueAt: Date) => ({
  scheduleId: row.id,
  generation: row.generation,
  dueAtMs: dueAt.getTime(),
})

describe('schedules', () => {
  test('a tick starts one run, however often it comes, and names the next', () =>
    withDb(async (db) => {
      const row = await create(db, daily)
      const due = new Date('2026-01-10T08:00:00Z')
      const now = new Date('2026-01-10T08:00:01Z')
      const next = { dueAtMs: Date.parse('2026-01-11T08:00:00Z') }
      assert.deepEqual(await fireSchedule(db, workflows, tickOf(row, due), now), next)
      assert.deepEqual(await fireSchedule(db, workflows, tickOf(row, due), now), next)
      const [run] = await db.select().from(runs)
      assert.equal(await db.$count(runs), 1)
      assert.equal((await read(db, row.id)).lastRunId, run!.id)
    }))

  test('occurrences missed while nothing ran are made up by one run', () =>
    withDb(async (db) => {
      const row = await create(db, daily)
      const due = new Date('2026-01-10T08:00:00Z')
      const next = await fireSchedule(db, workflows, tickOf(row, due), new Date('2026-01-15T12:00:00Z'))
      assert.deepEqual(next, { dueAtMs: Date.parse('2026-01-16T08:00:00Z') })
      assert.equal(await db.$count(runs), 1)
    }))

  test('one that fires once is over afterwards', () =>
    withDb(async (db) => {
      const at = new Date('2026-03-01T10:00:00Z')
      const row = await create(db, { at })
      assert.equal(await fireSchedule(db, workflows, tickOf(row, at), at), undefined)
      assert.equal(await db.$count(runs), 1)
      assert.deepEqual([(await read(db, row.id)).enabled, (await read(db, row.id)).nextAt], [false, null])
    }))

  test('a tick from before a change does nothing', () =>
    withDb(async (db) => {
      const row = await create(db, daily)
      await changeSchedule(db, { actor, scheduleId: row.id, times: { cron: '0 10 * * *', zone: 'UTC' } })
      const due = new Date('2026-01-10T08:00:00Z')
      assert.equal(await fireSchedule(db, workflows, tickOf(row, due), due), undefined)
      assert.equal(await db.$count(runs), 0)
    }))

  test('a schedule that is switched off or deleted does nothing', () =>
    withDb(async (db) => {
      const due = new Date('2026-01-10T08:00:00Z')
      const off = await changeSchedule(db, {
        actor,
        scheduleId: (await create(db, daily)).id,
        enabled: false,
      })
      assert.equal(await fireSchedule(db, workflows, tickOf(off, due), due), undefined)
      const gone = await create(db, daily)
      await deleteSchedule(db, { actor, scheduleId: gone.id })
      assert.equal(await fireSchedule(db, workflows, tickOf(gone, due), due), undefined)
      assert.equal(await db.$count(runs), 0)
    }))

  test('a tick that comes early, because the clock went back, waits again', () =>
    withDb(async (db) => {
      const row = await create(db, daily)
      const due = new Date('2026-01-10T08:00:00Z')
      const next = await fireSchedule(db, workflows, tickOf(row, due), new Date('2026-01-10T07:00:00Z'))
      assert.deepEqual(next, { dueAtMs: due.getTime() })
      assert.equal(await db.$count(runs), 0)
    }))

  test('a start that is refused is told and does not end the schedule', () =>
    withDb(async (db) => {
      const row = await create(db, daily)
      const due = new Date('2026-01-10T08:00:00Z')
      const next = await fireSchedule(db, [], tickOf(row, due), due)
      assert.deepEqual(next, { dueAtMs: Date.parse('2026-01-11T08:00:00Z') })
      const types = (await db.select().from(events)).map(({ type }) => type)
      assert.ok(types.includes('schedule.failed'))
    }))

  test('overdue ones and those armed long ago are told to the engine again, others are not', () =>
    withDb(async (db) => {
      const arm = async (nextAt: string, armedAt: string) => {
        const row = await create(db, daily)
        const set = { armedGeneration: 1, nextAt: sql.raw(nextAt), armedAt: sql.raw(armedAt) }
        await db.update(schedules).set(set).where(eq(schedules.id, row.id))
        return row.id
      }
      const overdue = await arm(`now() - interval '5 minutes'`, `now() - interval '1 hour'`)
      const old = await arm(`now() + interval '5 days'`, `now() - interval '25 hours'`)
      const fine = await arm(`now() + interval '5 days'`, `now() - interval '1 hour'`)
      await renewSchedules(db)
      const generations = []
      for (const id of [overdue, old, fine]) generations.push((await read(db, id)).generation)
      assert.deepEqual(generations, [2, 2, 1])
    }))

  test('an expression that nobody can read is refused', () =>
    withDb(async (db) => {
      await assert.rejects(create(db, { cron: 'often', zone: 'UTC' }), { code: 'durable.badSchedule' })
    }))

  test('the schedule of another workspace is not there', () =>
    withDb(async (db) => {
      const row = await create(db, daily)
      const stranger = systemActor('test', 'ws_2')
      const change = changeSchedule(db, { actor: stranger, scheduleId: row.id, enabled: false })
      await assert.rejects(change, { code: 'durable.scheduleNotFound' })
    }))
})
