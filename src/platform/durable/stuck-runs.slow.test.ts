import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'

import { eq } from 'drizzle-orm'

import { systemActor } from '../../kernel/actor.ts'
import { freshDb } from '../db/test-db.ts'
import { events } from '../events/schema.ts'
import { silentLog } from '../log/log.ts'
import { admin, queryEngine } from './admin.ts'
import type { WorkflowDefinition } from './define.ts'
import { until } from './engine-process.ts'
import { getRun } from './get-run.ts'
import { runs } from './schema.ts'
import { startRun } from './start-run.ts'
import { checkStuckRuns, type StuckLimits } from './stuck-runs.ts'
import { startTestDurable, type TestDurable } from './test-engine.ts'
import {
  holdWorkflow,
  openGate,
  readTrace,
  storyWorkflow,
  testSteps,
  testWorkflows,
} from './test-workflows.ts'

const actor = systemActor('test', 'ws_1')

describe('checkStuckRuns', () => {
  let own: Awaited<ReturnType<typeof freshDb>>
  let durable: TestDurable
  const root = mkdtempSync(join(tmpdir(), 'creatorops-stuck-'))
  const traces = { dir: root }

  before(async () => {
    own = await freshDb()
    const steps = testSteps({ traces })
    durable = await startTestDurable({ db: own.db, databaseUrl: own.url, steps, workflows: testWorkflows() })
  })
  after(async () => {
    await durable?.stop()
    await own?.close()
    rmSync(root, { recursive: true, force: true })
  })
  beforeEach(() => {
    traces.dir = mkdtempSync(join(root, 'test-'))
  })

  const start = <Input>(workflow: WorkflowDefinition<Input, unknown, string>, input: Input) =>
    startRun(own.db, { workflow, workspaceId: 'ws_1', actor, input, subjectId: 'asset_1' })
  const check = (limits: Partial<StuckLimits> = {}) =>
    checkStuckRuns({
      db: own.db,
      log: silentLog(),
      adminUrl: durable.engine.adminUrl,
      namespace: durable.namespace,
      limits,
    })
  const change = (runId: string, set: Partial<typeof runs.$inferInsert>) =>
    own.db.update(runs).set(set).where(eq(runs.id, runId))
  const longAgo = new Date(Date.now() - 3_600_000)
  const invocationOf = async (runId: string) => {
    const [row] = await own.db.select().from(runs).where(eq(runs.id, runId))
    return row!.invocationId
  }
  const isHolding = (count: number) => until(() => readTrace(traces.dir, 'hold').length === count, 10_000)

  test('a run without progress is marked once, told of, and cleared when it moves again', async () => {
    const run = await start(holdWorkflow, { labels: ['a'] })
    assert.ok(await isHolding(1))
    await change(run.id, { updatedAt: longAgo })
    assert.deepEqual((await check()).marked, [run.id])
    assert.deepEqual((await check()).marked, [])
    assert.ok((await getRun(own.db, { actor, runId: run.id })).stuckSince)
    const stuck = await own.db.select().from(events).where(eq(events.subjectId, run.id))
    assert.equal(stuck.filter(({ type }) => type === 'run.stuck').length, 1)
    openGate(traces.dir)
    assert.equal((await durable.waitFor(run.id)).stuckSince, null)
  })

  test('runs that move, and those that have ended, are left alone', async () => {
    const done = await start(storyWorkflow, { labels: [] })
    await durable.waitFor(done.id)
    await change(done.id, { updatedAt: longAgo })
    const moving = await start(holdWorkflow, { labels: ['a'] })
    assert.ok(await isHolding(1))
    assert.deepEqual(await check(), { marked: [], held: [], resumed: [], resubmitted: [], ended: [] })
    openGate(traces.dir)
    await durable.waitFor(moving.id)
  })

  test('a run that the engine has lost is handed over again', async () => {
    const run = await start(storyWorkflow, { labels: ['l1'] })
    await durable.waitFor(run.id)
    // As if the engine's data had been lost while the run was under way.
    const invocationId = await invocationOf(run.id)
    await admin(durable.engine.adminUrl, `/invocations/${invocationId}/purge`, { method: 'PATCH' })
    await change(run.id, { state: 'running', settledAt: null, result: null, updatedAt: longAgo })
    const isGone = async () => {
      const sqlText = `select id from sys_invocation where id = '${invocationId}'`
      return (await queryEngine(durable.engine.adminUrl, sqlText)).length === 0
    }
    assert.ok(await until(isGone, 5_000))
    assert.deepEqual((await check()).resubmitted, [run.id])
    await durable.dispatcher.poke()
    const done = await durable.waitFor(run.id)
    assert.deepEqual(done.result, { said: 'once upon a time', numbers: [1] }, 'its effect was remembered')
  })

  test('a run that an operator killed in the engine is shown as failed', async () => {
    const run = await start(holdWorkflow, { labels: ['a'] })
    assert.ok(await isHolding(1))
    const id = await invocationOf(run.id)
    await admin(durable.engine.adminUrl, `/invocations/${id}/kill`, { method: 'PATCH' })
    await change(run.id, { updatedAt: longAgo })
    const found = await until(async () => (await check()).ended.includes(run.id), 5_000)
    assert.ok(found)
    const failed = await getRun(own.db, { actor, runId: run.id })
    assert.deepEqual([failed.state, failed.error?.code], ['failed', 'durable.stopped'])
    openGate(traces.dir)
  })

  test('work that the engine has paused goes on', async () => {
    const run = await start(holdWorkflow, { labels: ['a'] })
    assert.ok(await isHolding(1))
    const [step] = await queryEngine<{ id: string }>(
      durable.engine.adminUrl,
      `select id from sys_invocation where target = '${durable.namespace}Step.hold/run' and status = 'running'`,
    )
    await admin(durable.engine.adminUrl, `/invocations/${step!.id}/pause`, { method: 'PATCH' })
    openGate(traces.dir)
    const resumed = await until(async () => (await check()).resumed.includes(step!.id), 10_000)
    assert.ok(resumed)
    assert.equal((await durable.waitFor(run.id)).state, 'succeeded')
  })

  test('work that waits for a busy slot is fine, and work that is held back without reason is marked', async () => {
    const { adminUrl } = durable.engine
    const heldNow = async () => (await check({ heldMs: 0 })).held
    const run = await start(holdWorkflow, { labels: ['a', 'b', 'c'] })
    assert.ok(await isHolding(2))
    assert.deepEqual(await heldNow(), [], 'the third waits for the first two')

    const behind = await start(holdWorkflow, { labels: ['d'] })
    const isPending = async () => {
      const sqlText = `select id from sys_invocation where scope = '${durable.namespace}cpu' and status = 'pending'`
      return (await queryEngine(adminUrl, sqlText)).length === 2
    }
    assert.ok(await until(isPending, 5_000))
    await Promise.all([change(run.id, { updatedAt: longAgo }), change(behind.id, { updatedAt: longAgo })])
    assert.deepEqual((await check()).marked, [run.id], 'the run that only waits for its turn is not stuck')
    await change(run.id, { stuckSince: null, updatedAt: new Date() })

    // A paused queue looks like the engine's scheduler being stuck: nothing runs, and still nothing begins.
    const [queue] = await queryEngine<{ vqueue_id: string }>(
      adminUrl,
      `select vqueue_id from sys_invocation where limit_key = '${run.id}' and status = 'pending'`,
    )
    await admin(adminUrl, `/vqueues/${queue!.vqueue_id}/pause`, { method: 'POST' })
    openGate(traces.dir)
    assert.ok(await until(async () => (await heldNow()).includes(run.id), 10_000))
    assert.ok((await getRun(own.db, { actor, runId: run.id })).stuckSince)
    await admin(adminUrl, `/vqueues/${queue!.vqueue_id}/resume`, { method: 'POST' })
    assert.equal((await durable.waitFor(run.id)).state, 'succeeded')
    assert.equal((await durable.waitFor(behind.id)).state, 'succeeded')
  })

  test('queued runs are marked even while the engine does not answer', async () => {
    await durable.dispatcher.stop()
    const run = await start(storyWorkflow, { labels: [] })
    await change(run.id, { updatedAt: longAgo })
    const adminUrl = 'http://127.0.0.1:1'
    await assert.rejects(checkStuckRuns({ db: own.db, log: silentLog(), adminUrl }), {
      code: 'durable.engineFailed',
    })
    assert.ok((await getRun(own.db, { actor, runId: run.id })).stuckSince)
  })
})
