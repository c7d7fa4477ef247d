import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { OpenAPIHono } from '@hono/zod-openapi'
import { type FreshDb, freshDb } from '../db/test-db.ts'
import type { HttpEnv } from './http-env.ts'
import { idempotent } from './idempotent.ts'
import { allPowerful, bodyOf, jsonRequest, testHttp } from './test-http.ts'

describe('Idempotency-Key', () => {
  let database: FreshDb
  before(async () => {
    database = await freshDb()
  })
  after(() => database.close())

  function counting(options: { work?: () => Promise<void>; status?: () => number; now?: () => Date } = {}) {
    let made = 0
    const routes = new OpenAPIHono<HttpEnv>()
    routes.post('/things', idempotent({ forget: ['secret'] }), async (c) => {
      await options.work?.()
      const status = options.status?.() ?? 201
      if (status >= 400) return c.json({ failed: true }, status as 500)
      made++
      c.header('location', `/things/${made}`)
      return c.json({ made, secret: 'only once' }, 201)
    })
    const app = testHttp({
      db: database.db,
      routes: [routes],
      authenticate: async (request) => allPowerful(request.headers.get('x-test-person') ?? 'anna'),
      ...(options.now ? { now: options.now } : {}),
    })
    const post = (key: string, body: unknown = { a: 1 }, person = 'anna') =>
      app.request(
        '/api/v1/things',
        jsonRequest('POST', body, { 'idempotency-key': key, 'x-test-person': person }),
      )
    return { app, post, count: () => made }
  }

  test('a repeat gets the first answer and does nothing, and what may be shown once is not stored', async () => {
    const { post, count } = counting()
    const first = await post('repeat-1')
    assert.deepEqual(await bodyOf(first), { made: 1, secret: 'only once' })
    const second = await post('repeat-1')
    assert.equal(second.status, 201)
    assert.equal(second.headers.get('idempotency-replayed'), 'true')
    assert.equal(second.headers.get('location'), '/things/1')
    assert.deepEqual(await bodyOf(second), { made: 1, secret: null })
    assert.equal(count(), 1)
    const { rows } = await database.pool.query(`select body from idempotency_keys where key = 'repeat-1'`)
    assert.doesNotMatch(rows[0].body, /only once/)
  })

  test('ten at once are done once, and all get the same answer', async () => {
    const gate = Promise.withResolvers<void>()
    const { post, count } = counting({ work: () => gate.promise })
    const all = Array.from({ length: 10 }, () => post('at-once-1'))
    const { rows } = await untilRow(database, 'at-once-1')
    assert.equal(rows.length, 1)
    gate.resolve()
    const answers = await Promise.all(all)
    assert.deepEqual(
      answers.map((answer) => answer.status),
      Array.from({ length: 10 }, () => 201),
    )
    assert.equal(count(), 1)
    assert.equal(answers.filter((answer) => answer.headers.has('idempotency-replayed')).length, 9)
  })

  test('the same key with another body is refused', async () => {
    const { post, count } = counting()
    await post('other-body', { a: 1 })
    const answer = await post('other-body', { a: 2 })
    assert.equal(answer.status, 422)
    assert.equal((await bodyOf(answer)).code, 'http.keyReused')
    assert.equal(count(), 1)
  })

  test('two people may use the same key', async () => {
    const { post, count } = counting()
    await post('same-key', { a: 1 }, 'anna')
    await post('same-key', { b: 2 }, 'ben')
    assert.equal(count(), 2)
  })

  test('a refused or failed request is not remembered, so the same key can be tried again', async () => {
    const statuses = [500, 422, 201]
    const { post } = counting({ status: () => statuses.shift() ?? 201 })
    assert.equal((await post('again-1')).status, 500)
    assert.equal((await post('again-1')).status, 422)
    assert.equal((await post('again-1')).status, 201)
  })

  test('when the process of the first request died, a repeat is refused rather than done twice', async () => {
    const { post, count } = counting()
    await post('died-1')
    await database.pool.query(
      `update idempotency_keys set status = null, body = null, created_at = now() - interval '5 minutes' where key = 'died-1'`,
    )
    const answer = await post('died-1')
    assert.equal(answer.status, 409)
    assert.equal((await bodyOf(answer)).code, 'http.outcomeUnknown')
    assert.equal(count(), 1)
  })

  test('a key is forgotten after a day', async () => {
    let now = new Date('2026-01-01T00:00:00Z')
    const { post, count } = counting({ now: () => now })
    await post('daily')
    now = new Date('2026-01-02T00:00:01Z')
    await post('daily')
    assert.equal(count(), 2)
  })

  test('a key that is no key is refused', async () => {
    const { post } = counting()
    assert.equal((await post('a b')).status, 400)
    assert.equal((await post('x'.repeat(256))).status, 400)
  })
})

async function untilRow(database: FreshDb, key: string) {
  const deadline = Date.now() + 5_000
  for (;;) {
    const found = await database.pool.query('select * from idempotency_keys where key = $1', [key])
    if (found.rows.length > 0 || Date.now() > deadline) return found
    await new Promise((resolve) => setImmediate(resolve))
  }
}
