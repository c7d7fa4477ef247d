import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Actor, systemActor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { createHttp } from '../../platform/http/create-http.ts'
import { silentLog } from '../../platform/log/log.ts'
import {
  costReportRoutes,
  costRoutes,
  csvCell,
  estimateCost,
  forecastCosts,
  isStale,
  listPrices,
  loadPrices,
  type Price,
  recordCost,
  reportCosts,
  reportResults,
  reportStorage,
  reserveCost,
  setPrice,
  settleCost,
  suggestSavings,
} from './index.ts'

const actor = systemActor('test', 'ws_1')
const now = () => new Date('2026-11-21T10:00:00Z')
const emptyDisk = async () => ({ where: 'local' as const, byAge: [] })

async function use(db: Db, day: string, change: object = {}) {
  const key = `${day}/${JSON.stringify(change)}/${Math.random()}`
  await recordCost(db, {
    workspaceId: 'ws_1',
    kind: 'speech',
    item: 'aws.polly.generative',
    unit: 'characters',
    quantity: 1_000,
    subjectId: 'run_1',
    idempotencyKey: key,
    usedAt: new Date(`${day}T09:00:00Z`),
    ...change,
  })
}

describe('prices', () => {
  const price: Price = {
    id: 'p',
    item: 'i',
    unit: 'u',
    costMicros: 1,
    per: 1,
    validFrom: '2026-01-01',
    validTo: null,
    source: 'a test',
    confidence: 'A',
    checkedOn: '2026-01-01',
  }
  test('that were read long ago warn, the uncertain ones sooner; free and ended ones never', () => {
    assert.equal(isStale(price, '2026-06-29'), false)
    assert.equal(isStale(price, '2026-07-01'), true)
    assert.equal(isStale({ ...price, confidence: 'C' }, '2026-04-02'), true)
    assert.equal(isStale({ ...price, costMicros: 0 }, '2030-01-01'), false)
    assert.equal(isStale({ ...price, validTo: '2026-02-01' }, '2030-01-01'), false)
  })

  test('of one’s own go before the table, from their first day on, and are removed by nobody else', () =>
    withDb(async (db) => {
      const deps = { db, now }
      const mine = {
        actor,
        item: 'aws.polly.neural',
        unit: 'characters',
        per: 1_000_000,
        source: 'our contract',
      }
      await setPrice(deps, { ...mine, costMicros: 8_000_000, validFrom: '2026-11-20' })
      const lines = [{ item: 'aws.polly.neural', unit: 'characters', quantity: 1_000_000 }]
      const at = async (workspaceId: string, day: string) =>
        (await estimateCost(deps, { workspaceId, lines, at: new Date(day) })).totalMicros
      assert.equal(await at('ws_1', '2026-11-20'), 8_000_000)
      assert.equal(await at('ws_1', '2026-11-19'), 16_000_000)
      assert.equal(await at('ws_2', '2026-11-20'), 16_000_000)
      assert.equal((await listPrices(deps, { actor })).prices[0]?.isOwn, true)
      for (const costMicros of [Number.NaN, -1, 0.5]) {
        await assert.rejects(setPrice(deps, { ...mine, costMicros }), { code: 'costs.invalid' })
      }
    }))

  test('warn in an estimate that rests on a stale one', () =>
    withDb(async (db) => {
      const far = new Date(Date.parse(loadPrices().version) + 400 * 86_400_000)
      const lines = [{ item: 'aws.polly.neural', unit: 'characters', quantity: 1 }]
      const estimate = await estimateCost({ db }, { workspaceId: 'ws_1', lines, at: far })
      assert.equal(estimate.warnings.length, 1)
      assert.equal(estimate.confidence, 'B')
    }))
})

describe('a report', () => {
  test('breaks down by topic, model and day, dearest first', () =>
    withDb(async (db) => {
      await use(db, '2026-11-20', { topic: 'health', model: 'polly/generative' })
      await use(db, '2026-11-21', { topic: 'health' })
      await use(db, '2026-11-21', { topic: 'travel', quantity: 9_000 })
      await use(db, '2026-11-21', { topic: 'travel', costMicros: 0, isCached: true })
      const by = async (group: 'topic' | 'day') =>
        (await reportCosts({ db, now }, { actor, by: group })).rows.map((row) => [row.name, row.costMicros])
      assert.deepEqual(await by('topic'), [
        ['travel', 270_000],
        ['health', 60_000],
      ])
      assert.deepEqual(await by('day'), [
        ['2026-11-20', 30_000],
        ['2026-11-21', 300_000],
      ])
      assert.equal((await reportCosts({ db, now }, { actor, by: 'kind' })).cachedUses, 1)
    }))

  test('gives each finished video its costs, by id and by its runs, and the average', () =>
    withDb(async (db) => {
      await use(db, '2026-11-20', { videoId: 'video_1' })
      await use(db, '2026-11-20', { subjectId: 'run_of_1', kind: 'llm', quantity: 500 })
      await use(db, '2026-11-20', { subjectId: 'run_of_another' })
      const finishedAt = now()
      const listResults = async () => [
        { kind: 'video' as const, id: 'video_1', title: 'Bees', finishedAt, subjectIds: ['run_of_1'] },
        { kind: 'video' as const, id: 'video_2', title: 'Wasps', finishedAt, subjectIds: [] },
      ]
      const report = await reportResults({ db, now, listResults: [listResults] }, { actor })
      assert.deepEqual(
        report.items.map(({ title, costMicros }) => [title, costMicros]),
        [
          ['Bees', 45_000],
          ['Wasps', 0],
        ],
      )
      assert.deepEqual(report.items[0]?.breakdown, [
        { kind: 'speech', costMicros: 30_000 },
        { kind: 'llm', costMicros: 15_000 },
      ])
      assert.equal(report.averages[0]?.averageMicros, 22_500)
    }))

  test('forecasts the month from the pace of the last full days', () =>
    withDb(async (db) => {
      for (let day = 11; day <= 20; day++) await use(db, `2026-11-${day}`)
      const forecast = await forecastCosts({ db, now }, { actor })
      // Ten days at 0.03, today nothing yet, nine days left.
      assert.deepEqual(
        [forecast.spentMicros, forecast.perDayMicros, forecast.daysLeft, forecast.expectedMicros],
        [300_000, 30_000, 9, 570_000],
      )
      assert.equal(forecast.lowMicros, forecast.highMicros)
    }))
})

describe('suggestions', () => {
  test('are worked out on what was used: cheaper voice, shorter, and answers paid for twice', () =>
    withDb(async (db) => {
      await use(db, '2026-11-20', { quantity: 1_000_000 })
      const deps = { db, now, environment: 'production' }
      for (const key of ['a', 'b']) {
        const lines = [{ item: 'aws.bedrock.claude-sonnet-5.5', unit: 'outputTokens', quantity: 10_000 }]
        const call = { workspaceId: 'ws_1', kind: 'llm', lines, subjectId: 'run_1', idempotencyKey: key }
        const held = await reserveCost(deps, call)
        const which = { workspaceId: 'ws_1', reservationId: held.id, lines }
        await settleCost(deps, { ...which, fingerprint: 'same request' })
      }
      const { items } = await suggestSavings({ db, now, measureStorage: emptyDisk }, { actor })
      assert.deepEqual(
        items.map(({ kind, savedMicros }) => [kind, savedMicros]),
        [
          ['cheaperVoice', 14_000_000],
          ['shorter', 6_000_000],
          ['cheaperModel', 190_000],
          ['cache', 100_000],
        ],
      )
    }))

  test('name the storage class that saves, after what moving and retrieval take', () =>
    withDb(async (db) => {
      const byAge = [
        { ageDaysAtLeast: 0, bytes: 100e9, objects: 100 },
        { ageDaysAtLeast: 90, bytes: 1_000e9, objects: 1_000 },
      ]
      const measureStorage = async () => ({ where: 's3' as const, byAge })
      const storage = await reportStorage({ db, now, measureStorage }, { actor })
      assert.equal(storage.monthlyMicros, 25_300_000)
      assert.deepEqual(
        storage.lifecycles.map(({ storageClass, savedMicrosPerMonth }) => [
          storageClass,
          savedMicrosPerMonth,
        ]),
        [
          ['STANDARD_IA', 10_500_000],
          ['GLACIER_IR', 19_000_000],
        ],
      )
      const { items } = await suggestSavings({ db, now, measureStorage }, { actor })
      assert.deepEqual([...new Set(items.map(({ kind }) => kind))], ['storageClass'])
    }))
})

describe('the routes', () => {
  const person: Actor = { ...actor, kind: 'person', permissions: new Set(['costs.read', 'costs.write']) }
  const appOn = (db: Db) => {
    const config = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
    const app = createHttp({ log: silentLog(), config, db, authenticate: async () => person })
    app.route('/api/v1', costRoutes({ db, now, environment: 'development' }))
    app.route('/api/v1', costReportRoutes({ db, now, listResults: [], measureStorage: emptyDisk }))
    return app
  }
  const put = (body: unknown) => ({
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

  test('keep budgets and prices, and estimate', () =>
    withDb(async (db) => {
      const app = appOn(db)
      const budget = {
        scope: 'topic',
        scopeId: 'health',
        period: 'month',
        limitMicros: 5_000_000,
        rule: 'degrade',
      }
      const set = await app.request('/api/v1/costs/budgets', put(budget))
      const { id } = (await set.json()) as { id: string }
      const list = (await (await app.request('/api/v1/costs/budgets')).json()) as {
        items: Array<{ id: string }>
      }
      assert.deepEqual(
        list.items.map((one) => one.id),
        ['budget_development', id],
      )
      assert.equal(
        (await app.request('/api/v1/costs/budgets', put({ ...budget, limitMicros: -1 }))).status,
        400,
      )
      assert.equal((await app.request(`/api/v1/costs/budgets/${id}`, { method: 'DELETE' })).status, 204)
      assert.equal((await app.request(`/api/v1/costs/budgets/${id}`, { method: 'DELETE' })).status, 404)
      const lines = [{ item: 'aws.polly.neural', unit: 'characters', quantity: 1_000 }]
      const estimate = await app.request('/api/v1/costs/estimates', { ...put({ lines }), method: 'POST' })
      assert.equal(((await estimate.json()) as { totalMicros: number }).totalMicros, 16_000)
    }))

  test('give the ledger as CSV of any length, in which no cell is a formula', () =>
    withDb(async (db) => {
      for (let index = 0; index < 501; index++) await use(db, '2026-11-20', { subjectId: '=cmd()' })
      const csv = await (await appOn(db).request('/api/v1/costs/entries.csv')).text()
      const lines = csv.trim().split('\r\n')
      assert.equal(lines.length, 502)
      assert.match(lines[0]!, /^id,usedAt,kind/)
      assert.match(lines[1]!, /,'=cmd\(\),/)
      assert.equal(csvCell('a "b", c'), '"a ""b"", c"')
    }))
})
