import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OpenAPIHono } from '@hono/zod-openapi'
import { etagOf, requireIfMatch, staleUpdate } from './etag.ts'
import type { HttpEnv } from './http-env.ts'
import { bodyOf, testHttp } from './test-http.ts'

describe('If-Match', () => {
  function draftApp() {
    let draft = { title: 'first', version: 1 }
    const routes = new OpenAPIHono<HttpEnv>()
    routes.put('/draft', async (c) => {
      const yours = requireIfMatch(c)
      if (yours !== draft.version) throw staleUpdate({ yours, current: draft.version, resource: draft })
      draft = { title: await c.req.text(), version: draft.version + 1 }
      c.header('etag', etagOf(draft.version))
      return c.json(draft)
    })
    const app = testHttp({ routes: [routes] })
    return (title: string, ifMatch?: string) =>
      app.request('/api/v1/draft', {
        method: 'PUT',
        body: title,
        ...(ifMatch ? { headers: { 'if-match': ifMatch } } : {}),
      })
  }

  test('of two people who change the same version, the second is refused with both versions', async () => {
    const put = draftApp()
    const first = await put('from anna', etagOf(1))
    assert.equal(first.headers.get('etag'), '"v2"')
    const second = await put('from ben', etagOf(1))
    assert.equal(second.status, 412)
    const problem = await bodyOf(second)
    assert.equal(problem.code, 'http.stale')
    assert.equal(problem.yours, 1)
    assert.equal(problem.current, 2)
    assert.equal(problem.resource.title, 'from anna')
  })

  test('an update without If-Match, or with *, is 428', async () => {
    const put = draftApp()
    assert.equal((await put('x')).status, 428)
    assert.equal((await put('x', '*')).status, 428)
  })

  test('an If-Match that is no ETag of ours is 400', async () => {
    assert.equal((await draftApp()('x', '"abc"')).status, 400)
  })
})
