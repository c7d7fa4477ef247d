import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { docsRoutes } from './docs-routes.ts'
import type { HttpEnv } from './http-env.ts'
import { openapiDocument } from './openapi.ts'
import { problemResponses } from './problem-responses.ts'
import { bodyOf, testHttp } from './test-http.ts'

const simpleRoute = (path: string) =>
  createRoute({
    method: 'get',
    path,
    responses: {
      200: {
        description: 'ok',
        content: { 'application/json': { schema: z.object({ b: z.int(), a: z.int() }) } },
      },
      ...problemResponses(),
    },
  })
const routesOf = (path: string) =>
  new OpenAPIHono<HttpEnv>().openapi(simpleRoute(path), (c) => c.json({ b: 1, a: 2 }, 200))

function appWith(...paths: string[]) {
  const app = testHttp({ actor: null, routes: paths.map(routesOf) })
  app.route('/', docsRoutes(app))
  return app
}

describe('the API description', () => {
  test('is the same in whatever order routes are mounted', () => {
    const one = JSON.stringify(openapiDocument(appWith('/zebras', '/apes')))
    assert.equal(one, JSON.stringify(openapiDocument(appWith('/apes', '/zebras'))))
    assert.ok(one.indexOf('/api/v1/apes') < one.indexOf('/api/v1/zebras'))
  })

  test('names the problem document, the sign-in schemes, and which routes are public', () => {
    const document = openapiDocument(appWith('/apes', '/sign-in-options')) as unknown as {
      components: { schemas: object; securitySchemes: object }
      security: object[]
      paths: Record<string, { get: { security?: object[]; responses: object } }>
    }
    assert.ok('Problem' in document.components.schemas)
    assert.deepEqual(Object.keys(document.components.securitySchemes), ['apiKey', 'session'])
    assert.equal(document.security.length, 2)
    assert.deepEqual(document.paths['/api/v1/sign-in-options']?.get.security, [])
    assert.equal(document.paths['/api/v1/apes']?.get.security, undefined)
    assert.ok('429' in (document.paths['/api/v1/apes']?.get.responses ?? {}))
  })

  test('is served with its reader to anyone, without a foreign host in it', async () => {
    const app = appWith('/apes')
    const document = await bodyOf(await app.request('/api/v1/openapi.json'))
    assert.equal(document.openapi, '3.1.0')
    const page = await app.request('/api/docs')
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self';/)
    const html = await page.text()
    assert.doesNotMatch(html, /https?:\/\//)
    for (const [, src] of html.matchAll(/src="([^"]+)"/g)) {
      const file = await app.request(src ?? '')
      assert.equal(file.status, 200)
      assert.match(file.headers.get('content-type') ?? '', /^text\/javascript/)
      assert.ok((await file.text()).length > 100)
    }
  })
})
