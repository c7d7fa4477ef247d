import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { HttpEnv } from './http-env.ts'
import { allPowerful, bodyOf, testHttp, type TestHttpOptions } from './test-http.ts'

function thingApp(options: TestHttpOptions = {}) {
  const routes = new OpenAPIHono<HttpEnv>()
  routes.get('/things', (c) => c.json({ items: [] }))
  routes.post('/things', (c) => c.json({ ok: true }, 201))
  routes.get('/sign-in-options', (c) => c.json({ password: true }))
  routes.patch('/uploads/:id', (c) => c.body(null, 204))
  return testHttp({ ...options, routes: [routes] })
}

const from = (address: string) => ({ incoming: { socket: { remoteAddress: address } } })

describe('the gate', () => {
  test('every route is closed to nobody unless it is named as public', async () => {
    const app = thingApp({ actor: null })
    for (const path of ['/api/v1/things', '/api/v1/unknown', '/api/v1/sign-in-options/more']) {
      const answer = await app.request(path)
      assert.equal(answer.status, 401, path)
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="creatorops"')
      assert.equal((await bodyOf(answer)).code, 'http.unauthenticated')
    }
    assert.equal((await app.request('/api/v1/sign-in-options')).status, 200)
    assert.equal((await app.request('/api/v1/sign-in-options', { method: 'POST' })).status, 401)
  })

  test('answers are never cached', async () => {
    assert.equal((await thingApp().request('/api/v1/things')).headers.get('cache-control'), 'no-store')
  })
})

describe('HEAD', () => {
  test('ends the body that its GET began, so that no file or stream stays open', async () => {
    let isEnded = false
    const routes = new OpenAPIHono<HttpEnv>()
    routes.get('/endless', (c) =>
      c.body(new ReadableStream({ cancel: () => void (isEnded = true) }), 200, { 'x-length': 'none' }),
    )
    const answer = await testHttp({ routes: [routes] }).request('/api/v1/endless', { method: 'HEAD' })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('x-length'), 'none')
    assert.equal(await answer.text(), '')
    assert.equal(isEnded, true)
  })
})

describe('the rate limit', () => {
  test('each answer says what is left, and the one over the limit is 429 with Retry-After', async () => {
    let nowMs = 1_000_000
    const app = thingApp({ config: { rateLimitPerMinute: 3 }, now: () => new Date(nowMs) })
    for (const left of ['2', '1', '0']) {
      const answer = await app.request('/api/v1/things')
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('x-ratelimit-limit'), '3')
      assert.equal(answer.headers.get('x-ratelimit-remaining'), left)
      nowMs += 10_000
    }
    const refused = await app.request('/api/v1/things')
    assert.equal(refused.status, 429)
    assert.equal(refused.headers.get('retry-after'), '30')
    assert.equal(refused.headers.get('x-ratelimit-reset'), '30')
    assert.equal(refused.headers.get('ratelimit'), '"minute";r=0;t=30')
    assert.equal(refused.headers.get('ratelimit-policy'), '"minute";q=3;w=60')
    assert.equal((await bodyOf(refused)).code, 'http.rateLimited')
    nowMs += 30_000
    assert.equal((await app.request('/api/v1/things')).status, 200)
  })

  test('people have their own counts; strangers share the one of their address', async () => {
    const app = thingApp({
      config: { rateLimitPerMinute: 1 },
      authenticate: async (request) => {
        const name = request.headers.get('x-test-person')
        return name === null ? undefined : allPowerful(name)
      },
    })
    const as = (person: string) => app.request('/api/v1/things', { headers: { 'x-test-person': person } })
    assert.equal((await as('anna')).status, 200)
    assert.equal((await as('anna')).status, 429)
    assert.equal((await as('ben')).status, 200)
    const stranger = (address: string) => app.request('/api/v1/things', {}, from(address))
    assert.equal((await stranger('203.0.113.1')).status, 401)
    assert.equal((await stranger('203.0.113.1')).status, 429)
    assert.equal((await stranger('203.0.113.2')).status, 401)
    assert.equal((await stranger('2001:db8:1:2::a')).status, 401)
    assert.equal((await stranger('2001:db8:1:2:ffff::b')).status, 429)
  })

  test('X-Forwarded-For counts only behind a trusted proxy, and only its last entry', async () => {
    const ask = async (trustProxy: boolean) => {
      const app = thingApp({ actor: null, config: { rateLimitPerMinute: 1, trustProxy } })
      const via = (forwarded: string) =>
        app.request('/api/v1/things', { headers: { 'x-forwarded-for': forwarded } }, from('10.0.0.1'))
      return [
        (await via('6.6.6.6, 198.51.100.1')).status,
        (await via('7.7.7.7, 198.51.100.1')).status,
        (await via('198.51.100.2')).status,
      ]
    }
    assert.deepEqual(await ask(false), [401, 429, 429])
    assert.deepEqual(await ask(true), [401, 429, 401])
  })

  test('chunks of an upload are not counted', async () => {
    const app = thingApp({ config: { rateLimitPerMinute: 1 } })
    for (let chunk = 0; chunk < 5; chunk++) {
      assert.equal((await app.request('/api/v1/uploads/u1', { method: 'PATCH' })).status, 204)
    }
    assert.equal((await app.request('/api/v1/things')).status, 200)
  })
})

describe('origins', () => {
  const studio = 'https://studio.example'

  test('a configured origin may call from a browser, any other gets no permission', async () => {
    const app = thingApp({ config: { corsOrigins: [studio] } })
    const preflight = (origin: string) =>
      app.request('/api/v1/things', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'idempotency-key',
        },
      })
    const allowed = await preflight(studio)
    assert.equal(allowed.status, 204)
    assert.equal(allowed.headers.get('access-control-allow-origin'), studio)
    assert.equal(allowed.headers.get('access-control-allow-credentials'), 'true')
    assert.equal((await preflight('https://evil.example')).headers.get('access-control-allow-origin'), null)
    const plain = await app.request('/api/v1/things')
    assert.equal(plain.headers.get('vary'), 'Origin')
    const answer = await app.request('/api/v1/things', { headers: { origin: studio } })
    assert.match(answer.headers.get('access-control-expose-headers') ?? '', /ETag/)
  })

  test('a foreign page cannot change anything with the cookie of a person', async () => {
    const app = thingApp({ config: { corsOrigins: [studio] } })
    const post = async (headers: Record<string, string>) =>
      (await app.request('/api/v1/things', { method: 'POST', headers })).status
    const cookie = 'creatorops.session_token=x'
    assert.equal(await post({ cookie, origin: 'https://evil.example' }), 403)
    assert.equal(await post({ cookie, origin: 'null' }), 403)
    assert.equal(await post({ cookie, 'sec-fetch-site': 'cross-site' }), 403)
    assert.equal(await post({ cookie, origin: studio }), 201)
    assert.equal(await post({ cookie, origin: 'http://localhost:4000' }), 201)
    assert.equal(await post({ cookie, origin: 'http://127.0.0.1:4100', host: '127.0.0.1:4100' }), 201)
    assert.equal(await post({ authorization: 'Bearer cok_x', origin: 'https://evil.example' }), 201)
  })

  test('every answer has the security headers, HSTS only over https', async () => {
    const plain = await thingApp().request('/api/v1/things')
    assert.equal(plain.headers.get('x-content-type-options'), 'nosniff')
    assert.equal(plain.headers.get('x-frame-options'), 'DENY')
    assert.equal(plain.headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'")
    assert.equal(plain.headers.get('strict-transport-security'), null)
    const secure = await thingApp({ config: { publicUrl: 'https://ops.example' } }).request('/api/v1/things')
    assert.match(secure.headers.get('strict-transport-security') ?? '', /max-age=31536000/)
  })
})
