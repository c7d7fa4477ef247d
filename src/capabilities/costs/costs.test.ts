import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Actor } from '../../kernel/actor.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { createHttp } from '../../platform/http/create-http.ts'
import { silentLog } from '../../platform/log/log.ts'
import {
  costOf,
  costReportRoutes,
  costRoutes,
  findPrice,
  loadPrices,
  type Price,
  recordCost,
  recordLocalCpu,
  summarizeCosts,
} from './index.ts'

const reader: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['costs.read']),
}
const price: Price = {
  id: 'x',
  item: 'tts',
  unit: 'characters',
  costMicros: 16_000_000,
  per: 1_000_000,
  validFrom: '2026-01-01',
  validTo: null,
  source: 'a test',
  confidence: 'A',
}
const use = {
  workspaceId: 'ws_1',
  kind: 'speech',
  item: 'aws.polly.neural',
  unit: 'characters',
  quantity: 1_000,
  subjectId: 'run_1',
  usedAt: new Date('2026-11-21T10:00:00Z'),
}

describe('the price table that ships', () => {
  const { prices } = loadPrices()

  test('has one id per row, and rows of one item and unit do not overlap', () => {
    assert.equal(new Set(prices.map((row) => row.id)).size, prices.length)
    for (const row of prices) {
      const day = row.validFrom
      assert.equal(findPrice(prices, row.item, row.unit, day)?.id, row.id)
    }
  })

  test('says where each price was read', () => {
    assert.deepEqual(
      prices.filter((row) => row.source.length < 5),
      [],
    )
  })

  test('knows that Nova Reel is gone', () => {
    assert.ok(findPrice(prices, 'aws.bedrock.nova-reel-1.1', 'seconds', '2026-09-29'))
    assert.equal(findPrice(prices, 'aws.bedrock.nova-reel-1.1', 'seconds', '2026-09-30'), undefined)
  })
})

describe('a price', () => {
  test('holds from its first day until the day before its last', () => {
    const old = { ...price, id: 'old', validFrom: '2025-01-01', validTo: '2026-01-01' }
    const at = (day: string) => findPrice([price, old], 'tts', 'characters', day)?.id
    assert.deepEqual(
      [at('2024-12-31'), at('2025-01-01'), at('2025-12-31'), at('2026-01-01')],
      [undefined, 'old', 'old', 'x'],
    )
  })

  test('is worked out exactly and rounded up to the next micro', () => {
    assert.equal(costOf(price, 1_000_000), 16_000_000)
    assert.equal(costOf(price, 1), 16)
    assert.equal(costOf({ ...price, costMicros: 35_000 }, 1), 1)
    assert.equal(costOf({ ...price, costMicros: 24_000, per: 1 }, 0.1 + 0.2), 7_200)
    assert.equal(costOf(price, 0), 0)
  })
})

describe('the ledger', () => {
  test('counts a use once, however often it is recorded', () =>
    withDb(async (db) => {
      assert.equal(await recordCost(db, { ...use, idempotencyKey: 'a' }), 16_000)
      assert.equal(await recordCost(db, { ...use, idempotencyKey: 'a', quantity: 5 }), undefined)
      assert.equal(await recordCost(db, { ...use, idempotencyKey: 'b' }), 16_000)
      const summary = await summarizeCosts({ db }, { actor: reader, from: '2026-11-21', to: '2026-11-22' })
      assert.equal(summary.totalMicros, 32_000)
      assert.equal(summary.rows[0]?.uses, 2)
    }))

  test('takes the amount of a receipt instead of the table', () =>
    withDb(async (db) => {
      assert.equal(await recordCost(db, { ...use, idempotencyKey: 'a', item: 'anything', costMicros: 7 }), 7)
    }))

  test('refuses an item without a price, a negative quantity and broken amounts', () =>
    withDb(async (db) => {
      const record = (change: object) => recordCost(db, { ...use, idempotencyKey: 'a', ...change })
      await assert.rejects(record({ item: 'unheard.of' }), { code: 'costs.unknownPrice' })
      await assert.rejects(record({ usedAt: new Date('2019-01-01') }), { code: 'costs.unknownPrice' })
      await assert.rejects(record({ quantity: -1 }), { code: 'costs.invalid' })
      await assert.rejects(record({ quantity: Number.NaN }), { code: 'costs.invalid' })
      await assert.rejects(record({ costMicros: 0.5 }), { code: 'costs.invalid' })
    }))

  test('counts local work in CPU seconds, for nothing', () =>
    withDb(async (db) => {
      const cpu = { workspaceId: 'ws_1', cpuMs: 1_500, subjectId: 'run_1', idempotencyKey: 'run_1/cut' }
      assert.equal(await recordLocalCpu(db, cpu), 0)
      const { rows } = await summarizeCosts({ db }, { actor: reader })
      assert.deepEqual(
        rows.map(({ item, quantity, unit }) => [item, quantity, unit]),
        [['local.cpu', 1.5, 'cpuSeconds']],
      )
    }))
})

describe('the summary', () => {
  test('goes by day in UTC, and its last day is not counted', () =>
    withDb(async (db) => {
      const record = (key: string, at: string) =>
        recordCost(db, { ...use, idempotencyKey: key, usedAt: new Date(at) })
      await record('a', '2026-11-20T23:59:59.999Z')
      await record('b', '2026-11-21T00:00:00Z')
      await record('c', '2026-11-21T23:30:00-05:00')
      await record('d', '2026-11-23T00:00:00Z')
      const { rows } = await summarizeCosts({ db }, { actor: reader, from: '2026-11-20', to: '2026-11-23' })
      assert.deepEqual(
        rows.map((row) => row.day),
        ['2026-11-20', '2026-11-21', '2026-11-22'],
      )
    }))

  test('shows nothing of another workspace, nor to those who may not', () =>
    withDb(async (db) => {
      await recordCost(db, { ...use, idempotencyKey: 'a', usedAt: new Date() })
      const stranger = { ...reader, workspaceId: 'ws_2' }
      assert.equal((await summarizeCosts({ db }, { actor: stranger })).totalMicros, 0)
      const nobody = { ...reader, permissions: new Set<string>() }
      await assert.rejects(summarizeCosts({ db }, { actor: nobody }), { code: 'access.forbidden' })
    }))

  test('of a range without days is refused', () =>
    withDb(async (db) => {
      const range = { from: '2026-11-21', to: '2026-11-21' }
      await assert.rejects(summarizeCosts({ db }, { actor: reader, ...range }), { code: 'costs.invalid' })
    }))
})

test('the routes give the summary and the price table', () =>
  withDb(async (db) => {
    const config = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
    const app = createHttp({ log: silentLog(), config, db, authenticate: async () => reader })
    app.route('/api/v1', costRoutes({ db, environment: 'production' }))
    const measureStorage = async () => ({ where: 'local' as const, byAge: [] })
    app.route('/api/v1', costReportRoutes({ db, listResults: [], measureStorage }))
    await recordCost(db, { ...use, idempotencyKey: 'a' })
    const summary = await app.request('/api/v1/costs/summary?from=2026-11-01&to=2026-12-01')
    assert.equal(((await summary.json()) as { totalMicros: number }).totalMicros, 16_000)
    assert.equal((await app.request('/api/v1/costs/summary?from=yesterday')).status, 400)
    const table = (await (await app.request('/api/v1/costs/prices')).json()) as { currency: string }
    assert.equal(table.currency, 'USD')
  }))
