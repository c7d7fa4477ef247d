import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { eq, sql } from 'drizzle-orm'

import { systemActor, type Actor } from '../../kernel/actor.ts'
import type { Db } from '../db/client.ts'
import { withDb } from '../db/test-db.ts'
import { events } from '../events/schema.ts'
import { cancelRun } from './cancel-run.ts'
import { getRun } from './get-run.ts'
import { listRuns } from './list-runs.ts'
import { retryRun } from './retry-run.ts'
import { beginRun, enterStage, failRun, storeProgress, succeedRun } from './run-state.ts'
import { runs } from './schema.ts'
import { startRun } from './start-run.ts'
import { storyWorkflow } from './test-workflows.ts'

const owner = systemActor('test', 'ws_1')
const stranger = systemActor('test', 'ws_2')
const viewer: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['runs.read']),
}

const start = (db: Db, more: { subjectId?: string } = {}) =>
  startRun(db, {
    workflow: storyWorkflow,
    workspaceId: 'ws_1',
    actor: owner,
    input: { labels: ['a'] },
    subjectId: 'asset_1',
    ...more,
  })
const failure = { code: 'durable.stepFailed', message: 'It broke.', help: 'Look.', retryable: false }

describe('startRun', () => {
  test('queues the run and tells of it in the same transaction', () =>
    withDb(async (db) => {
      const run = await start(db)
      assert.match(run.id, /^run_/)
      assert.deepEqual([run.state, run.percent, run.title], ['queued', 0, 'Tell a story'])
      const [event] = await db.select().from(events).where(eq(events.subjectId, run.id))
      assert.equal(event?.type, 'run.queued')
      assert.equal(event?.data['input'], undefined, 'the input stays behind the permission to read runs')
    }))

  test('a caller that rolls back leaves neither run nor event', () =>
    withDb(async (db) => {
      const before = await db.$count(events)
      await assert.rejects(
        db.transaction(async (tx) => {
          await start(tx)
          throw new Error('changed my mind')
        }),
      )
      assert.equal(await db.$count(runs), 0)
      assert.equal(await db.$count(events), before)
    }))

  test('an input that does not fit is refused', () =>
    withDb(async (db) => {
      const input = { labels: 'a' } as unknown as { labels: string[] }
      const wrong = startRun(db, {
        workflow: storyWorkflow,
        workspaceId: 'ws_1',
        actor: owner,
        input,
        subjectId: 'x',
      })
      await assert.rejects(wrong, { code: 'durable.badInput' })
    }))
})

describe('getRun and listRuns', () => {
  test('a run of another workspace is not there', () =>
    withDb(async (db) => {
      const run = await start(db)
      await assert.rejects(getRun(db, { actor: stranger, runId: run.id }), { code: 'durable.runNotFound' })
      assert.deepEqual((await listRuns(db, { actor: stranger, limit: 50 })).items, [])
      assert.equal((await getRun(db, { actor: viewer, runId: run.id })).id, run.id)
    }))

  test('who may not read runs is refused', () =>
    withDb(async (db) => {
      const run = await start(db)
      const nobody: Actor = { ...viewer, permissions: new Set() }
      await assert.rejects(getRun(db, { actor: nobody, runId: run.id }), { code: 'access.forbidden' })
      await assert.rejects(listRuns(db, { actor: nobody, limit: 50 }), { code: 'access.forbidden' })
    }))

  test('pages through runs, newest first, by subject and state', () =>
    withDb(async (db) => {
      const ids = []
      for (const subjectId of ['asset_1', 'asset_2', 'asset_1'])
        ids.unshift((await start(db, { subjectId })).id)
      const first = await listRuns(db, { actor: owner, limit: 2 })
      const second = await listRuns(db, { actor: owner, limit: 2, cursor: first.nextCursor! })
      assert.deepEqual([...first.items, ...second.items].map(({ id }) => id).sort(), [...ids].sort())
      assert.equal(second.nextCursor, null)
      const ofOne = await listRuns(db, { actor: owner, limit: 50, subjectId: 'asset_2' })
      assert.equal(ofOne.items.length, 1)
      assert.equal((await listRuns(db, { actor: owner, limit: 50, state: 'failed' })).items.length, 0)
    }))
})

describe('the percent of a run', () => {
  const stage = { name: 'middle', label: 'In the middle', base: 25, share: 50 }

  test('adds up what parallel steps have done and never goes back', () =>
    withDb(async (db) => {
      const run = await start(db)
      const key = { runId: run.id, attempt: 1 }
      const percent = async () => (await getRun(db, { actor: owner, runId: run.id })).percent
      await beginRun(db, key)
      await enterStage(db, key, stage)
      assert.equal(await percent(), 25)
      await storeProgress(db, key, { stage: 'middle', stepId: 'a', points: 10 })
      await storeProgress(db, key, { stage: 'middle', stepId: 'b', points: 5.5 })
      assert.equal(await percent(), 40.5)
      await storeProgress(db, key, { stage: 'middle', stepId: 'a', points: 2 })
      assert.equal(await percent(), 40.5, 'a step that begins again does not take back')
      await storeProgress(db, key, { stage: 'middle', stepId: 'c', points: 500 })
      assert.equal(await percent(), 75, 'a stage never gives more than its share')
      await enterStage(db, key, { name: 'begin', label: 'Beginning', base: 0, share: 25 })
      assert.equal(await percent(), 75)
    }))

  test('a report for a stage that is over changes nothing', () =>
    withDb(async (db) => {
      const run = await start(db)
      const key = { runId: run.id, attempt: 1 }
      await beginRun(db, key)
      await enterStage(db, key, stage)
      await storeProgress(db, key, { stage: 'begin', stepId: 'late', points: 20 })
      assert.equal((await getRun(db, { actor: owner, runId: run.id })).percent, 25)
    }))
})

describe('cancelRun', () => {
  test('a queued run is cancelled at once and cannot begin any more', () =>
    withDb(async (db) => {
      const run = await start(db)
      const cancelled = await cancelRun(db, { actor: owner, runId: run.id })
      assert.deepEqual([cancelled.state, cancelled.error?.code], ['cancelled', 'durable.cancelled'])
      assert.equal(await beginRun(db, { runId: run.id, attempt: 1 }), false)
    }))

  test('a result that comes after the cancel is not taken', () =>
    withDb(async (db) => {
      const run = await start(db)
      const key = { runId: run.id, attempt: 1 }
      await beginRun(db, key)
      await cancelRun(db, { actor: owner, runId: run.id })
      assert.equal(await succeedRun(db, key, { said: 'x', numbers: [] }), false)
      assert.equal((await getRun(db, { actor: owner, runId: run.id })).state, 'cancelled')
    }))

  test('cancelling twice is cancelling once, and a finished run is left alone', () =>
    withDb(async (db) => {
      const run = await start(db)
      await cancelRun(db, { actor: owner, runId: run.id })
      await cancelRun(db, { actor: owner, runId: run.id })
      const types = await db.select({ type: events.type }).from(events).where(eq(events.subjectId, run.id))
      assert.equal(types.filter(({ type }) => type === 'run.cancelled').length, 1)

      const other = await start(db)
      await beginRun(db, { runId: other.id, attempt: 1 })
      await succeedRun(db, { runId: other.id, attempt: 1 }, null)
      await assert.rejects(cancelRun(db, { actor: owner, runId: other.id }), { code: 'durable.runFinished' })
    }))

  test('a viewer may not cancel, and nobody in another workspace', () =>
    withDb(async (db) => {
      const run = await start(db)
      await assert.rejects(cancelRun(db, { actor: viewer, runId: run.id }), { code: 'access.forbidden' })
      await assert.rejects(cancelRun(db, { actor: stranger, runId: run.id }), { code: 'durable.runNotFound' })
    }))
})

describe('retryRun', () => {
  test('makes a new attempt that the old one cannot touch', () =>
    withDb(async (db) => {
      const run = await start(db)
      await beginRun(db, { runId: run.id, attempt: 1 })
      await failRun(db, { runId: run.id, attempt: 1 }, failure)
      const again = await retryRun(db, { actor: owner, runId: run.id })
      assert.deepEqual([again.state, again.attempt, again.error], ['queued', 2, null])
      assert.equal(await beginRun(db, { runId: run.id, attempt: 1 }), false)
      assert.equal(await succeedRun(db, { runId: run.id, attempt: 1 }, null), false)
      assert.equal((await getRun(db, { actor: owner, runId: run.id })).state, 'queued')
    }))

  test('waits for the clean-up of a cancelled run', () =>
    withDb(async (db) => {
      const run = await start(db)
      await db
        .update(runs)
        .set({ submittedAt: sql`now()` })
        .where(eq(runs.id, run.id))
      await beginRun(db, { runId: run.id, attempt: 1 })
      await cancelRun(db, { actor: owner, runId: run.id })
      await assert.rejects(retryRun(db, { actor: owner, runId: run.id }), { code: 'durable.stillStopping' })
      await failRun(db, { runId: run.id, attempt: 1 }, failure)
      assert.equal((await retryRun(db, { actor: owner, runId: run.id })).state, 'queued')
    }))

  test('only what failed or was cancelled can be retried', () =>
    withDb(async (db) => {
      const run = await start(db)
      await assert.rejects(retryRun(db, { actor: owner, runId: run.id }), { code: 'durable.notRetryable' })
      await assert.rejects(retryRun(db, { actor: viewer, runId: run.id }), { code: 'access.forbidden' })
    }))
})
