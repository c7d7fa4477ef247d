import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { eq, type SQL, sql } from 'drizzle-orm'

import { systemActor } from '../../kernel/actor.ts'
import { freshDb } from '../db/test-db.ts'
import { applyOnce } from './run-effect.ts'
import { runEffects, runs } from './schema.ts'
import { startRun } from './start-run.ts'
import { effectsKeptDays, sweepEffects } from './sweep-effects.ts'
import { storyWorkflow } from './test-workflows.ts'

describe('applyOnce', () => {
  let own: Awaited<ReturnType<typeof freshDb>>
  before(async () => {
    own = await freshDb()
    await own.pool.query('create table marks (name text)')
  })
  after(() => own?.close())

  async function newKey() {
    const run = await startRun(own.db, {
      workflow: storyWorkflow,
      workspaceId: 'ws_1',
      actor: systemActor('test', 'ws_1'),
      input: { labels: [] },
      subjectId: 'asset_1',
    })
    return { runId: run.id, attempt: 1, effect: 'step/mark' }
  }
  const marks = async (name: string) =>
    (await own.pool.query('select * from marks where name = $1', [name])).rowCount
  const appliedOf = async (runId: string) =>
    (await own.db.select().from(runEffects).where(eq(runEffects.runId, runId))).map(({ applied }) => applied)

  test('the second time gives the first result and does nothing', async () => {
    const key = await newKey()
    let calls = 0
    const apply = () =>
      applyOnce(own.db, key, async (tx) => {
        calls += 1
        await tx.execute(`insert into marks values ('${key.runId}')`)
        return { number: calls }
      })
    assert.deepEqual([await apply(), await apply()], [{ number: 1 }, { number: 1 }])
    assert.equal(await marks(key.runId), 1)
    assert.deepEqual(await appliedOf(key.runId), [1])
  })

  test('two at the same time apply it once and see the same result', async () => {
    const key = await newKey()
    let calls = 0
    const apply = () =>
      applyOnce(own.db, key, async (tx) => {
        calls += 1
        await tx.execute('select pg_sleep(0.05)')
        return calls
      })
    assert.deepEqual(await Promise.all([apply(), apply(), apply()]), [1, 1, 1])
    assert.deepEqual(await appliedOf(key.runId), [1])
  })

  test('a failure keeps neither the effect nor its memory, so that the next try applies it', async () => {
    const key = await newKey()
    const failing = applyOnce(own.db, key, async (tx) => {
      await tx.execute(`insert into marks values ('${key.runId}')`)
      throw new Error('half way')
    })
    await assert.rejects(failing, { message: 'half way' })
    assert.equal(await marks(key.runId), 0)
    assert.equal(await applyOnce(own.db, key, async () => 'second'), 'second')
    assert.deepEqual(await appliedOf(key.runId), [1])
  })

  test('an effect that ends after a cancel is not kept', async () => {
    const key = await newKey()
    const cancel = new AbortController()
    const late = applyOnce(
      own.db,
      key,
      async (tx) => {
        await tx.execute(`insert into marks values ('${key.runId}')`)
        cancel.abort(new Error('cancelled'))
      },
      cancel.signal,
    )
    await assert.rejects(late, { message: 'cancelled' })
    assert.equal(await marks(key.runId), 0)
    assert.deepEqual(await appliedOf(key.runId), [])
  })

  test('another attempt of the run applies its own effects', async () => {
    const key = await newKey()
    const name = async (attempt: number) =>
      applyOnce(own.db, { ...key, attempt }, async () => `try ${attempt}`)
    assert.deepEqual([await name(1), await name(2)], ['try 1', 'try 2'])
  })

  test('is forgotten only long after its run has ended', async () => {
    const old = sql`now() - make_interval(days => ${effectsKeptDays + 1})`
    const keys = { ended: await newKey(), running: await newKey(), recent: await newKey() }
    for (const key of Object.values(keys)) await applyOnce(own.db, key, async () => 1)
    const age = async ({ runId }: { runId: string }, settledAt: SQL | null) => {
      await own.db.update(runEffects).set({ at: old }).where(eq(runEffects.runId, runId))
      await own.db.update(runs).set({ settledAt }).where(eq(runs.id, runId))
    }
    await age(keys.ended, old)
    await age(keys.running, null)
    await age(keys.recent, sql`now()`)
    await sweepEffects(own.db)
    assert.deepEqual(await appliedOf(keys.ended.runId), [])
    assert.deepEqual(await appliedOf(keys.running.runId), [1])
    assert.deepEqual(await appliedOf(keys.recent.runId), [1])
  })
})
