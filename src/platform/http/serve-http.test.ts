import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { HttpEnv } from './http-env.ts'
import { serveHttp } from './serve-http.ts'
import { testHttp } from './test-http.ts'

const local = { host: '127.0.0.1', port: 0 }

describe('the server', () => {
  test('answers over the network and knows the address of its caller', async () => {
    const routes = new OpenAPIHono<HttpEnv>()
    routes.get('/whence', (c) => c.text(c.var.address))
    const server = await serveHttp(testHttp({ routes: [routes] }), local)
    try {
      assert.equal(await (await fetch(`${server.url}/api/v1/whence`)).text(), '127.0.0.1')
    } finally {
      await server.stop()
    }
  })

  test('a port in use is named', async () => {
    const first = await serveHttp(testHttp(), local)
    try {
      await assert.rejects(serveHttp(testHttp(), { host: '127.0.0.1', port: first.port }), (error: Error) => {
        assert.equal((error as Error & { code: string }).code, 'http.portTaken')
        assert.match(error.message, new RegExp(`Port ${first.port} on 127\\.0\\.0\\.1`))
        return true
      })
    } finally {
      await first.stop()
    }
  })

  test('stopping lets a running request end and cuts an endless one', async () => {
    const started = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const routes = new OpenAPIHono<HttpEnv>()
    routes.get('/slow', async (c) => {
      started.resolve()
      await goOn.promise
      return c.text('done')
    })
    routes.get('/endless', (c) =>
      c.body(new ReadableStream({ start: (out) => out.enqueue(new Uint8Array([1])) })),
    )
    const server = await serveHttp(testHttp({ routes: [routes] }), local)
    const endless = await fetch(`${server.url}/api/v1/endless`)
    const slow = fetch(`${server.url}/api/v1/slow`)
    await started.promise
    const stopped = server.stop(200)
    goOn.resolve()
    assert.equal(await (await slow).text(), 'done')
    await stopped
    await assert.rejects(endless.arrayBuffer())
    await assert.rejects(fetch(server.url))
  })
})
