import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'

import { eq } from 'drizzle-orm'

import { systemActor } from '../../kernel/actor.ts'
import { freshDb } from '../db/test-db.ts'
import { events } from '../events/schema.ts'
import { cancelRun } from './cancel-run.ts'
import type { WorkflowDefinition } from './define.ts'
import { isRunning, until } from './engine-process.ts'
import { getRun } from './get-run.ts'
import { retryRun } from './retry-run.ts'
import { runEffects, runs } from './schema.ts'
import { startRun } from './start-run.ts'
import { startTestDurable, type TestDurable } from './test-engine.ts'
import {
  childWorkflow,
  failWorkflow,
  holdWorkflow,
  mixedWorkflow,
  openGate,
  readTrace,
  storyWorkflow,
  testSteps,
  testWorkflows,
} from './test-workflows.ts'

const actor = systemActor('test', 'ws_1')

for (const forcedReplay of [false, true]) {
  describe(forcedReplay ? 'workflows, replayed at every wait' : 'workflows', () => {
    let own: Awaited<ReturnType<typeof freshDb>>
    let durable: TestDurable
    const root = mkdtempSync(join(tmpdir(), 'creatorops-workflows-'))
    const traces = { dir: root }

    before(async () => {
      own = await freshDb()
      durable = await startTestDurable({
        db: own.db,
        databaseUrl: own.url,
        steps: testSteps({ traces }),
        workflows: testWorkflows(),
        forcedReplay,
      })
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
    const traced = (name: string) => readTrace(traces.dir, name)
    const typesOf = async (runId: string) => {
      const rows = await own.db.select().from(events).where(eq(events.subjectId, runId)).orderBy(events.seq)
      return rows.map(({ type }) => type)
    }
    const effectsOf = (runId: string) => own.db.select().from(runEffects).where(eq(runEffects.runId, runId))
    const settled = async (runId: string) => {
      const isSettled = async () => {
        const [row] = await own.db.select().from(runs).where(eq(runs.id, runId))
        return row!.settledAt !== null
      }
      assert.ok(await until(isSettled, 10_000), 'the engine is done with the run')
    }

    test('a run goes through its stages to its result, and tells of it', async () => {
      const run = await start(storyWorkflow, { labels: ['a', 'b', 'c'] })
      assert.equal(run.state, 'queued')
      const done = await durable.waitFor(run.id)
      assert.equal(done.state, 'succeeded')
      assert.deepEqual(done.result, { said: 'once upon a time', numbers: [1, 1, 1] })
      assert.equal(done.percent, 100)
      assert.equal(done.stage, 'end')
      assert.deepEqual(await typesOf(run.id), ['run.queued', 'run.started', 'run.succeeded'])
      assert.deepEqual(traced('echo'), ['once upon a time', 'the end'])
      assert.deepEqual(
        (await effectsOf(run.id)).map(({ applied }) => applied),
        [1, 1, 1],
      )
      assert.equal(await durable.worker.isConsuming(), true)
    })

    test('the percent grows by the weights of the stages and the steps in them', async () => {
      const run = await start(storyWorkflow, { labels: ['a', 'b', 'c', 'd'], waitFor: 'd' })
      // The first stage is worth 25, and three quarters of the second one's 50 are done.
      const isThere = async () => (await getRun(own.db, { actor, runId: run.id })).percent === 62.5
      assert.ok(await until(isThere, 10_000), JSON.stringify(await getRun(own.db, { actor, runId: run.id })))
      const half = await getRun(own.db, { actor, runId: run.id })
      assert.deepEqual([half.stage, half.stageLabel], ['middle', 'In the middle'])
      openGate(traces.dir)
      assert.equal((await durable.waitFor(run.id)).percent, 100)
    })

    test('a failure that no retry can help ends the run with its code, after its clean-up', async () => {
      const run = await start(failWorkflow, { how: 'never' })
      const done = await durable.waitFor(run.id)
      assert.equal(done.state, 'failed')
      assert.deepEqual([done.error?.code, done.error?.message], ['durable.badSchedule', 'It never works.'])
      assert.equal(done.error?.retryable, false)
      assert.deepEqual(traced('fail'), ['never'])
      assert.deepEqual(traced('undo'), ['durable.badSchedule'])
      assert.deepEqual(await typesOf(run.id), ['run.queued', 'run.started', 'run.failed'])
    })

    test('a failure that may pass is tried again as often as the step allows, and keeps its code', async () => {
      const run = await start(failWorkflow, { how: 'backoff' })
      const done = await durable.waitFor(run.id)
      assert.deepEqual([done.error?.code, done.error?.message], ['durable.engineFailed', 'Not now.'])
      assert.equal(done.error?.retryable, true)
      assert.deepEqual(traced('fail'), ['backoff', 'backoff'])
    })

    test('a failure that passes is not seen', async () => {
      const run = await start(failWorkflow, { how: 'backoff', until: 2 })
      const done = await durable.waitFor(run.id)
      assert.deepEqual(done.result, { tries: 2 })
      assert.deepEqual(traced('undo'), [])
    })

    test('a bug in a step gets three tries, then fails the run under one code without its text', async () => {
      const run = await start(failWorkflow, { how: 'bug' })
      const done = await durable.waitFor(run.id)
      assert.equal(done.error?.code, 'durable.stepFailed')
      assert.doesNotMatch(done.error!.message, /not a function/)
      assert.equal(traced('bug').length, 3)
    })

    test('a failed run can be retried and starts from its beginning', async () => {
      const run = await start(failWorkflow, { how: 'never', until: 2 })
      await durable.waitFor(run.id, ['failed'])
      await settled(run.id)
      const again = await retryRun(own.db, { actor, runId: run.id })
      assert.deepEqual([again.state, again.attempt, again.percent, again.error], ['queued', 2, 0, null])
      const done = await durable.waitFor(run.id)
      assert.equal(done.state, 'succeeded')
      assert.deepEqual(done.result, { tries: 2 })
    })

    test('a cancel ends running and waiting steps within a second, then cleans up', async () => {
      const run = await start(holdWorkflow, { labels: ['a', 'b', 'c'] })
      assert.ok(await until(() => traced('hold').length === 2, 10_000), 'two hold the slots, one waits')
      const cancelledAt = performance.now()
      const cancelled = await cancelRun(own.db, { actor, runId: run.id })
      assert.equal(cancelled.state, 'cancelled')
      assert.ok(
        await until(() => traced('hold').filter((act) => act.startsWith('-')).length === 2, 10_000),
        'both were ended',
      )
      assert.ok(performance.now() - cancelledAt < 1_000, 'within a second')
      await settled(run.id)
      assert.deepEqual(traced('undo'), ['durable.cancelled'])
      assert.equal(
        traced('hold').filter((act) => act.startsWith('+')).length,
        2,
        'the waiting one never began',
      )
      assert.deepEqual(await typesOf(run.id), ['run.queued', 'run.started', 'run.cancelled'])

      openGate(traces.dir)
      await retryRun(own.db, { actor, runId: run.id })
      assert.equal((await durable.waitFor(run.id)).state, 'succeeded')
    })

    test('a cancel ends a child process that would have run for a minute, within a second', async () => {
      const run = await start(childWorkflow, {})
      assert.ok(await until(() => traced('child').length === 1, 10_000))
      const pid = Number(traced('child')[0])
      assert.ok(isRunning(pid))
      const cancelledAt = performance.now()
      await cancelRun(own.db, { actor, runId: run.id })
      assert.ok(await until(() => !isRunning(pid), 10_000))
      assert.ok(performance.now() - cancelledAt < 1_000)
      await settled(run.id)
    })

    test('when one of several steps fails, the others are ended before the clean-up', async () => {
      const run = await start(mixedWorkflow, {})
      const done = await durable.waitFor(run.id)
      assert.equal(done.error?.code, 'durable.badSchedule')
      assert.deepEqual(traced('hold'), ['+a', '-a', 'undo'])
    })

    test('two runs take turns at the CPU slots, and there are never more than that', async () => {
      const labels = (name: string) => [1, 2, 3, 4, 5, 6].map((n) => `${name}${n}`)
      const first = await start(holdWorkflow, { labels: labels('a'), holdMs: 150 })
      assert.ok(await until(() => traced('hold').length >= 2, 10_000))
      const second = await start(holdWorkflow, { labels: ['b1', 'b2'], holdMs: 150 })
      await Promise.all([durable.waitFor(first.id), durable.waitFor(second.id)])

      const acts = traced('hold')
      let held = 0
      const peak = Math.max(...acts.map((act) => (held += act.startsWith('+') ? 1 : -1)))
      assert.equal(peak, 2)
      const order = acts.filter((act) => act.startsWith('+')).map((act) => act[1])
      assert.ok(
        order.lastIndexOf('b') < order.length - 1,
        `the second run did not wait for all of the first: ${order.join('')}`,
      )
    })
  })
}
