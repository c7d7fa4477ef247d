import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { describe, test } from 'node:test'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { accessErrors } from '../../kernel/actor.ts'
import { createLog } from '../log/log.ts'
import { largestBodyBytes } from './body-limit.ts'
import { httpErrors } from './errors.ts'
import type { HttpEnv } from './http-env.ts'
import { requirePermission } from './permission.ts'
import { problemResponses } from './problem-responses.ts'
import { bodyOf, jsonRequest, testHttp } from './test-http.ts'

const noteRoute = createRoute({
  method: 'post',
  path: '/notes/{id}',
  middleware: [requirePermission('notes.write')] as const,
  request: {
    params: z.object({ id: z.string().max(10) }),
    query: z.object({ loud: z.coerce.boolean().optional() }),
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({ title: z.string().min(1).max(20), tags: z.array(z.string()).optional() }),
        },
      },
    },
  },
  responses: {
    201: {
      description: 'Made',
      content: { 'application/json': { schema: z.object({ title: z.string() }) } },
    },
    ...problemResponses(409),
  },
})

function noteApp(fail?: () => unknown, destination?: Writable) {
  const routes = new OpenAPIHono<HttpEnv>().openapi(noteRoute, (c) => {
    const failure = fail?.()
    if (failure) throw failure
    return c.json({ title: c.req.valid('json').title }, 201)
  })
  return testHttp({
    routes: [routes],
    ...(destination ? { log: createLog({ level: 'info', destination }) } : {}),
  })
}

const send = (app: ReturnType<typeof noteApp>, body: unknown) =>
  app.request('/api/v1/notes/n1', jsonRequest('POST', body))

describe('problems', () => {
  test('a failure row becomes problem+json with its code, message, help, retryable and request id', async () => {
    const app = noteApp(() =>
      httpErrors.inProgress('Still busy.', { detail: { retryAfterS: 5, since: 'noon' } }),
    )
    const answer = await send(app, { title: 'x' })
    assert.equal(answer.status, 409)
    assert.equal(answer.headers.get('content-type'), 'application/problem+json')
    assert.equal(answer.headers.get('retry-after'), '5')
    const problem = await bodyOf(answer)
    assert.equal(problem.code, 'http.inProgress')
    assert.equal(problem.message, 'Still busy.')
    assert.equal(problem.retryable, true)
    assert.equal(problem.help, httpErrors.rows.inProgress.help)
    assert.equal(problem.since, 'noon')
    assert.equal(problem.requestId, answer.headers.get('x-request-id'))
  })

  test('facts of a case never replace the standard members', async () => {
    const app = noteApp(() =>
      httpErrors.stale('Too late.', { detail: { code: 'fake', status: 200, yours: 1 } }),
    )
    const problem = await bodyOf(await send(app, { title: 'x' }))
    assert.equal(problem.code, 'http.stale')
    assert.equal(problem.status, 412)
    assert.equal(problem.yours, 1)
  })

  test('an unknown error is an anonymous 500 whose cause is only in the log', async () => {
    let logged = ''
    const sink = new Writable({
      write(chunk, _encoding, done) {
        logged += String(chunk)
        done()
      },
    })
    const answer = await send(
      noteApp(() => new TypeError('the secret table is missing'), sink),
      { title: 'x' },
    )
    assert.equal(answer.status, 500)
    const text = await answer.text()
    assert.match(text, /http\.internal/)
    assert.doesNotMatch(text, /secret table/)
    assert.match(logged, /the secret table is missing/)
    assert.ok(logged.includes(answer.headers.get('x-request-id') ?? '-'))
  })

  test('a refused schema names the part, the path and the reason of each field', async () => {
    const problem = await bodyOf(await send(noteApp(), { title: '', tags: [1] }))
    assert.equal(problem.status, 400)
    assert.equal(problem.code, 'http.invalid')
    assert.deepEqual(
      problem.fields.map((field: { in: string; path: string }) => `${field.in} ${field.path}`),
      ['body title', 'body tags.0'],
    )
  })

  test('a title of a million characters is refused with a short answer', async () => {
    const answer = await send(noteApp(), { title: 'a'.repeat(1_000_000) })
    const text = await answer.text()
    assert.equal(answer.status, 400)
    assert.ok(text.length < 2_000, `${text.length} characters`)
  })

  test('JSON that cannot be read is 400 http.malformed', async () => {
    const answer = await noteApp().request('/api/v1/notes/n1', {
      method: 'POST',
      body: '{"title": ',
      headers: { 'content-type': 'application/json' },
    })
    assert.equal(answer.status, 400)
    assert.equal((await bodyOf(answer)).code, 'http.malformed')
  })

  test('a body that is not JSON is 415', async () => {
    const answer = await noteApp().request('/api/v1/notes/n1', {
      method: 'POST',
      body: 'title=x',
      headers: { 'content-type': 'text/plain' },
    })
    assert.equal(answer.status, 415)
    assert.equal((await bodyOf(answer)).code, 'http.unsupportedMediaType')
  })

  test('a body over the limit is 413, with or without a declared length', async () => {
    const body = JSON.stringify({ title: 'a'.repeat(largestBodyBytes) })
    const declared = await noteApp().request('/api/v1/notes/n1', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'content-length': String(body.length) },
    })
    const streamed = await noteApp().request('/api/v1/notes/n1', {
      method: 'POST',
      body: new Blob([body]).stream(),
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
    } as RequestInit)
    for (const answer of [declared, streamed]) {
      assert.equal(answer.status, 413)
      assert.equal((await bodyOf(answer)).code, 'http.tooLarge')
    }
  })

  test('an unknown address is 404 and a wrong method 405 with Allow, both as problem+json', async () => {
    const unknown = await noteApp().request('/api/v1/nothing')
    assert.equal(unknown.status, 404)
    assert.equal((await bodyOf(unknown)).code, 'http.notFound')
    const wrong = await noteApp().request('/api/v1/notes/n1', { method: 'DELETE' })
    assert.equal(wrong.status, 405)
    assert.equal(wrong.headers.get('allow'), 'POST')
    assert.equal((await bodyOf(wrong)).code, 'http.methodNotAllowed')
  })

  test('without the permission a route is 403 and the handler does not run', async () => {
    let ran = false
    const routes = new OpenAPIHono<HttpEnv>().openapi(noteRoute, (c) => {
      ran = true
      return c.json({ title: '' }, 201)
    })
    const actor = { kind: 'person' as const, id: 'p', workspaceId: 'w', permissions: new Set(['notes.read']) }
    const answer = await testHttp({ routes: [routes], actor }).request(
      '/api/v1/notes/n1',
      jsonRequest('POST', { title: 'x' }),
    )
    assert.equal(answer.status, 403)
    assert.equal((await bodyOf(answer)).code, `${accessErrors.area}.forbidden`)
    assert.equal(ran, false)
  })

  test('a request id of the caller is kept when it is harmless and replaced when it is not', async () => {
    const kept = await noteApp().request('/api/v1/nothing', { headers: { 'x-request-id': 'trace-0001' } })
    assert.equal(kept.headers.get('x-request-id'), 'trace-0001')
    const replaced = await noteApp().request('/api/v1/nothing', { headers: { 'x-request-id': 'a b"c' } })
    assert.match(replaced.headers.get('x-request-id') ?? '', /^req_[0-9a-f]{24}$/)
  })
})
