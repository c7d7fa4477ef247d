import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import { systemActor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { events } from '../../platform/events/schema.ts'
import {
  expireReservations,
  listBudgets,
  recordCost,
  releaseCost,
  reserveCost,
  setBudget,
  settleCost,
} from './index.ts'
import { assertBalanced } from './test-balance.ts'

const actor = systemActor('test', 'ws_1')
const clock = new Date('2026-11-21T10:00:00Z')
const depsOf = (db: Db, environment = 'production') => ({ db, environment, now: () => clock })
/** 16 micros a character. */
const speech = (characters: number) => [
  { item: 'aws.polly.neural', unit: 'characters', quantity: characters },
]
const call = (key: string, characters: number, more: object = {}) => ({
  workspaceId: 'ws_1',
  kind: 'speech',
  lines: speech(characters),
  subjectId: 'run_1',
  idempotencyKey: key,
  ...more,
})
const spentAndHeld = async (db: Db, environment?: string) => {
  const { items } = await listBudgets(depsOf(db, environment), { actor })
  return items.map(({ scope, scopeId, period, spentMicros, heldMicros }) => [
    [scope, scopeId, period].filter(Boolean).join('/'),
    spentMicros,
    heldMicros,
  ])
}

describe('a reservation', () => {
  test('is held, then settled at what was really used, once', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await setBudget(deps, { actor, scope: 'workspace', period: 'day', limitMicros: 1_000_000 })
      const held = await reserveCost(deps, call('a', 1_000))
      assert.equal(held.state, 'held')
      assert.equal(held.reservedMicros, 16_000)
      assert.deepEqual(await spentAndHeld(db), [['workspace/day', 0, 16_000]])
      const settle = { workspaceId: 'ws_1', reservationId: held.id }
      assert.equal(await settleCost(deps, { ...settle, lines: speech(800) }), 12_800)
      assert.equal(await settleCost(deps, { ...settle, lines: speech(9_999) }), 12_800)
      assert.deepEqual(await spentAndHeld(db), [['workspace/day', 12_800, 0]])
      await assertBalanced(db)
    }))

  test('under the same key is the same one, and settled it is not held again', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      const first = await reserveCost(deps, call('a', 1_000))
      assert.deepEqual(await reserveCost(deps, call('a', 5_000)), first)
      await settleCost(deps, { workspaceId: 'ws_1', reservationId: first.id, lines: speech(1_000) })
      assert.equal((await reserveCost(deps, call('a', 1_000))).state, 'settled')
      await assertBalanced(db)
    }))

  test('that is released holds nothing and can be held anew', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      const held = await reserveCost(deps, call('a', 1_000))
      const which = { workspaceId: 'ws_1', reservationId: held.id }
      assert.equal((await releaseCost(deps, which)).state, 'released')
      assert.equal((await releaseCost(deps, which)).state, 'released')
      await assertBalanced(db)
      const again = await reserveCost(deps, call('a', 2_000))
      assert.deepEqual([again.id, again.state, again.reservedMicros], [held.id, 'held', 32_000])
      await assertBalanced(db)
    }))

  test('expires when nobody settles it, and a late bill is written down all the same', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await setBudget(deps, { actor, scope: 'workspace', period: 'day', limitMicros: 20_000 })
      const held = await reserveCost(deps, call('a', 1_000, { holdMs: 60_000 }))
      assert.equal(await expireReservations(deps), 0)
      const later = { ...deps, now: () => new Date(clock.getTime() + 60_001) }
      assert.equal(await expireReservations(later), 1)
      assert.deepEqual(await spentAndHeld(db), [['workspace/day', 0, 0]])
      const settle = { workspaceId: 'ws_1', reservationId: held.id, lines: speech(1_500) }
      assert.equal(await settleCost(later, settle), 24_000)
      assert.deepEqual(await spentAndHeld(db), [['workspace/day', 24_000, 0]])
      await assertBalanced(db)
    }))

  test('of another workspace is not found', () =>
    withDb(async (db) => {
      const held = await reserveCost(depsOf(db), call('a', 1))
      const foreign = { workspaceId: 'ws_2', reservationId: held.id }
      await assert.rejects(settleCost(depsOf(db), { ...foreign, lines: [] }), { code: 'costs.notFound' })
      await assert.rejects(releaseCost(depsOf(db), foreign), { code: 'costs.notFound' })
    }))

  test('settled after midnight counts on the day it was made', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      const held = await reserveCost(deps, call('a', 1_000))
      const tomorrow = { ...deps, now: () => new Date('2026-11-22T00:00:01Z') }
      await settleCost(tomorrow, { workspaceId: 'ws_1', reservationId: held.id, lines: speech(1_000) })
      await setBudget(deps, { actor, scope: 'workspace', period: 'day', limitMicros: 1 })
      assert.deepEqual(await spentAndHeld(db), [['workspace/day', 16_000, 0]])
      await assertBalanced(db)
    }))
})

describe('a budget', () => {
  test('refuses before spending, and says what would fit and when it starts anew', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await setBudget(deps, { actor, scope: 'workspace', period: 'day', limitMicros: 20_000 })
      await reserveCost(deps, call('a', 1_000))
      await assert.rejects(reserveCost(deps, call('b', 1_000)), (error) => {
        const { code, row, detail } = error as { code: string; row: { status: number }; detail: object }
        assert.equal(code, 'costs.budgetExceeded')
        assert.equal(row.status, 402)
        const facts = { ...detail } as { budgetId?: string }
        delete facts.budgetId
        assert.deepEqual(facts, {
          scope: 'workspace',
          scopeId: '',
          period: 'day',
          rule: 'stop',
          limitMicros: 20_000,
          spentMicros: 0,
          heldMicros: 16_000,
          neededMicros: 16_000,
          availableMicros: 4_000,
          fitsPercent: 25,
          startsAnewAt: '2026-11-22T00:00:00.000Z',
        })
        return true
      })
      assert.equal((await reserveCost(deps, call('b', 250))).state, 'held')
      await assertBalanced(db)
    }))

  test('of a topic and of a video stop what the workspace could still pay', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await setBudget(deps, {
        actor,
        scope: 'topic',
        scopeId: 'health',
        period: 'month',
        limitMicros: 16_000,
      })
      await setBudget(deps, {
        actor,
        scope: 'video',
        scopeId: 'video_1',
        period: 'total',
        limitMicros: 8_000,
      })
      await reserveCost(deps, call('a', 1_000, { topic: 'health' }))
      await assert.rejects(reserveCost(deps, call('b', 1, { topic: 'health' })), {
        code: 'costs.budgetExceeded',
      })
      await reserveCost(deps, call('c', 500, { videoId: 'video_1' }))
      await assert.rejects(reserveCost(deps, call('d', 1, { videoId: 'video_1' })), {
        code: 'costs.budgetExceeded',
      })
      await reserveCost(deps, call('e', 10_000))
      await assertBalanced(db)
    }))

  test('of 2 USD a day holds in development until another one is set, and nowhere else', () =>
    withDb(async (db) => {
      const big = call('a', 200_000)
      await assert.rejects(reserveCost(depsOf(db, 'development'), big), { code: 'costs.budgetExceeded' })
      await setBudget(depsOf(db, 'development'), {
        actor,
        scope: 'workspace',
        period: 'day',
        limitMicros: 5_000_000,
      })
      assert.equal((await reserveCost(depsOf(db, 'development'), big)).state, 'held')
      assert.equal(
        (await reserveCost(depsOf(db, 'production'), { ...big, workspaceId: 'ws_2' })).state,
        'held',
      )
    }))

  test('never stops what costs nothing', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await setBudget(deps, { actor, scope: 'workspace', period: 'day', limitMicros: 0 })
      const free = [{ item: 'local.model', unit: 'outputTokens', quantity: 500 }]
      assert.equal((await reserveCost(deps, { ...call('a', 1), lines: free })).state, 'held')
      await assertBalanced(db)
    }))

  test('tells people once at each threshold', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await setBudget(deps, { actor, scope: 'workspace', period: 'day', limitMicros: 32_000 })
      for (const key of ['a', 'b', 'c', 'd']) {
        const held = await reserveCost(deps, call(key, 500))
        await settleCost(deps, { workspaceId: 'ws_1', reservationId: held.id, lines: speech(500) })
      }
      const told = await db.select().from(events).where(eq(events.type, 'budget.reached'))
      assert.deepEqual(
        told.map(({ data }) => data['percent']),
        [50, 100],
      )
    }))

  test('counts bills that come without a reservation', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await setBudget(deps, { actor, scope: 'workspace', period: 'day', limitMicros: 20_000 })
      const [line] = speech(1_000)
      await recordCost(db, {
        ...line!,
        workspaceId: 'ws_1',
        kind: 'speech',
        subjectId: 'x',
        idempotencyKey: 'x',
        usedAt: clock,
      })
      await assert.rejects(reserveCost(deps, call('a', 1_000)), { code: 'costs.budgetExceeded' })
      await assertBalanced(db)
    }))

  test('with a negative or broken limit, an unknown scope id or a threshold of nothing is refused', () =>
    withDb(async (db) => {
      const set = (change: object) =>
        setBudget(depsOf(db), { actor, scope: 'workspace', period: 'day', limitMicros: 1, ...change })
      for (const change of [
        { limitMicros: -1 },
        { limitMicros: Number.NaN },
        { limitMicros: 0.5 },
        { scope: 'topic' },
        { scopeId: 'health' },
        { warnPercents: [0] },
        { warnPercents: [Number.NaN] },
      ]) {
        await assert.rejects(set(change), { code: 'costs.invalid' }, JSON.stringify(change))
      }
    }))

  test('that somebody else changed in the meantime is not overwritten', () =>
    withDb(async (db) => {
      const set = (limitMicros: number, version: number) =>
        setBudget(depsOf(db), { actor, scope: 'workspace', period: 'day', limitMicros, version })
      await set(1, 0)
      await set(2, 1)
      await assert.rejects(set(3, 1), { code: 'http.stale' })
    }))
})
