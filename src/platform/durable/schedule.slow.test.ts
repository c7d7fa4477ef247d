import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { eq } from 'drizzle-orm'

import { systemActor } from '../../kernel/actor.ts'
import { freshDb } from '../db/test-db.ts'
import { until } from './engine-process.ts'
import { changeSchedule, createSchedule, type ScheduleTimes } from './schedule-rows.ts'
import { runs, schedules } from './schema.ts'
import { startTestDurable, type TestDurable } from './test-engine.ts'
import { storyWorkflow, testSteps, testWorkflows } from './test-workflows.ts'

const actor = systemActor('test', 'ws_1')

describe('schedules in the engine', () => {
  let own: Awaited<ReturnType<typeof freshDb>>
  let durable: TestDurable
  const dir = mkdtempSync(join(tmpdir(), 'creatorops-schedule-'))

  before(async () => {
    own = await freshDb()
    const steps = testSteps({ traces: { dir } })
    durable = await startTestDurable({
      db: own.db,
      databaseUrl: own.url,
      steps,
      workflows: testWorkflows(),
      forcedReplay: true,
    })
  })
  after(async () => {
    await durable?.stop()
    await own?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  const create = (subjectId: string, times: ScheduleTimes) =>
    createSchedule(own.db, {
      workflow: storyWorkflow,
      workspaceId: 'ws_1',
      actor,
      input: { labels: [] },
      subjectId,
      times,
    })
  const runsOf = (subjectId: string) => own.db.select().from(runs).where(eq(runs.subjectId, subjectId))
  const soon = (ms: number) => ({ at: new Date(Date.now() + ms) })

  test('starts the run when it is due, and not before', async () => {
    const row = await create('due', soon(1_500))
    const isArmed = async () => {
      const [now] = await own.db.select().from(schedules).where(eq(schedules.id, row.id))
      return now!.armedGeneration === now!.generation
    }
    assert.ok(await until(isArmed, 5_000), 'the engine was told')
    assert.equal((await runsOf('due')).length, 0)
    assert.ok(await until(async () => (await runsOf('due')).length === 1, 10_000))
    const [run] = await runsOf('due')
    assert.ok(run!.createdAt.getTime() >= row.nextAt!.getTime() - 1_000)
    assert.equal((await durable.waitFor(run!.id)).state, 'succeeded')
  })

  test('a change replaces what was booked, and switching off stops it', async () => {
    const moved = await create('moved', soon(1_000))
    await durable.dispatcher.poke()
    await changeSchedule(own.db, {
      actor,
      scheduleId: moved.id,
      times: { at: new Date(Date.now() + 86_400_000) },
    })
    const off = await create('off', soon(1_000))
    await durable.dispatcher.poke()
    await changeSchedule(own.db, { actor, scheduleId: off.id, enabled: false })

    // One booked after them tells when their time is over.
    await create('later', soon(2_500))
    assert.ok(await until(async () => (await runsOf('later')).length === 1, 15_000))
    assert.deepEqual([(await runsOf('moved')).length, (await runsOf('off')).length], [0, 0])
  })
})
