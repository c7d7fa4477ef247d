import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { OpenAPIHono } from '@hono/zod-openapi'
import { readConfig } from '../config/config.ts'
import type { HttpEnv } from '../http/http-env.ts'
import { serveHttp } from '../http/serve-http.ts'
import { silentLog } from '../log/log.ts'
import { createApiClient } from './api-client.ts'
import { connectApi } from './connect-api.ts'
import type { RunView } from './watch-run.ts'

type App = OpenAPIHono<HttpEnv>

/** Serves an app on a free port for the time of a test. */
async function serving<T>(build: (app: App) => void, fn: (url: string) => Promise<T>): Promise<T> {
  const app = new OpenAPIHono<HttpEnv>()
  build(app)
  const server = await serveHttp(app, { host: '127.0.0.1', port: 0 })
  try {
    return await fn(server.url)
  } finally {
    await server.stop(0)
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const clientOf = (url: string) => createApiClient({ url, apiKey: 'cok_test', workspace: 'ws_1' })

describe('a call', () => {
  test('carries the key, the workspace, the body, the version and a key of its own for each POST', () =>
    serving(
      (app) => {
        app.all('/api/v1/things', async (c) => {
          const body: unknown = c.req.method === 'GET' ? undefined : await c.req.json()
          return c.json({ headers: c.req.header(), query: c.req.query(), body })
        })
      },
      async (url) => {
        const api = clientOf(url)
        type Echo = { headers: Record<string, string>; query: object; body: unknown }
        const got = await api.get<Echo>('/things', { query: { limit: 5, stage: undefined, unread: true } })
        assert.deepEqual(got.query, { limit: '5', unread: 'true' })
        assert.equal(got.headers['authorization'], 'Bearer cok_test')
        assert.equal(got.headers['x-workspace-id'], 'ws_1')
        const [a, b] = [await api.post<Echo>('/things', { n: 1 }), await api.post<Echo>('/things', { n: 1 })]
        assert.deepEqual(a.body, { n: 1 })
        assert.ok(a.headers['idempotency-key'])
        assert.notEqual(a.headers['idempotency-key'], b.headers['idempotency-key'])
        const put = await api.put<Echo>('/things', { n: 2 }, { ifMatch: '"v3"' })
        assert.equal(put.headers['if-match'], '"v3"')
      },
    ))

  test('that is refused throws what the server said, with the request id', () =>
    serving(
      (app) => {
        app.get('/api/v1/a', (c) =>
          c.json(
            {
              code: 'http.rateLimited',
              message: 'Slow down.',
              help: 'h',
              retryable: true,
              requestId: 'req_1',
            },
            429,
          ),
        )
        app.get('/api/v1/b', (c) =>
          c.json({ code: 'new.thing', message: 'Unknown here.', help: 'Do this.', retryable: false }, 422),
        )
        app.get('/api/v1/c', (c) => c.text('<html>', 502))
        app.get('/api/v1/d', (c) => c.text('<html>', 200))
      },
      async (url) => {
        const api = clientOf(url)
        await assert.rejects(api.get('/a'), {
          code: 'http.rateLimited',
          message: 'Slow down.',
          detail: { requestId: 'req_1' },
        })
        await assert.rejects(api.get('/b'), {
          code: 'new.thing',
          row: { status: 422, retry: 'never', help: 'Do this.' },
        })
        await assert.rejects(api.get('/c'), { code: 'cli.unexpectedAnswer' })
        await assert.rejects(api.get('/d'), { code: 'cli.unexpectedAnswer' })
      },
    ))

  test('to a server that is not there says so', async () => {
    const url = await serving(
      () => undefined,
      async (address) => address,
    )
    await assert.rejects(clientOf(url).get('/x'), { code: 'cli.unreachable' })
  })

  test('for a list goes through every page', () =>
    serving(
      (app) => {
        app.get('/api/v1/things', (c) => {
          const at = Number(c.req.query('cursor') ?? 0)
          return c.json({ items: [at, at + 1], nextCursor: at < 4 ? String(at + 2) : null })
        })
      },
      async (url) => {
        assert.deepEqual(await collect(clientOf(url).list('/things')), [0, 1, 2, 3, 4, 5])
      },
    ))
})

describe('watching a run', () => {
  const run = (state: RunView['state'], percent: number): RunView => ({
    id: 'run_1',
    state,
    percent,
    stage: 'probe',
    stageLabel: 'Checking',
    result: null,
    error: null,
  })
  const event = (id: number, type: string, data: object = {}, subjectId = 'run_1') =>
    `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ type, subjectId, data })}\n\n`

  test('shows each step, and survives a stream that breaks in the middle', async () => {
    let state = run('running', 0)
    const asked: Array<string | undefined> = []
    const seen: number[] = []
    await serving(
      (app) => {
        app.get('/api/v1/runs/run_1', (c) => c.json(state))
        app.get('/api/v1/events', (c) => {
          asked.push(c.req.header('last-event-id'))
          if (asked.length === 1) {
            const other = event(6, 'run.progressed', { percent: 99 }, 'run_2')
            return c.body(`${other}${event(7, 'run.progressed', { percent: 20 })}`, 200, {
              'content-type': 'text/event-stream',
            })
          }
          state = run('succeeded', 100)
          return c.body(event(8, 'run.succeeded'), 200, { 'content-type': 'text/event-stream' })
        })
      },
      async (url) => {
        const ended = await clientOf(url).watchRun('run_1', ({ percent }) => void seen.push(percent))
        assert.equal(ended.state, 'succeeded')
      },
    )
    assert.deepEqual(asked.slice(0, 2), [undefined, '7'])
    assert.ok(seen.includes(20) && seen.at(-1) === 100 && !seen.includes(99))
  })

  test('ends although no event ever comes', async () => {
    let reads = 0
    await serving(
      (app) => {
        app.get('/api/v1/runs/run_1', (c) => c.json(run(++reads < 3 ? 'running' : 'failed', 50)))
        app.get('/api/v1/events', (c) =>
          c.body(new ReadableStream(), 200, { 'content-type': 'text/event-stream' }),
        )
      },
      async (url) => {
        const ended = await clientOf(url).watchRun('run_1', undefined, { quietMs: 20 })
        assert.equal(ended.state, 'failed')
      },
    )
  })

  test('stops when the person gives up', () =>
    serving(
      (app) => {
        app.get('/api/v1/runs/run_1', (c) => c.json(run('running', 1)))
        app.get('/api/v1/events', (c) =>
          c.body(new ReadableStream(), 200, { 'content-type': 'text/event-stream' }),
        )
      },
      async (url) => {
        const giveUp = new AbortController()
        const watching = clientOf(url).watchRun('run_1', () => giveUp.abort(), { signal: giveUp.signal })
        await assert.rejects(watching, { name: 'AbortError' })
      },
    ))
})

describe('finding the server', () => {
  const healthz = (app: App) => void app.get('/healthz', (c) => c.json({ product: 'creatorops' }))
  const log = silentLog()
  const { signal } = new AbortController()

  async function withHome<T>(fn: (home: string) => Promise<T>): Promise<T> {
    const home = await mkdtemp(join(tmpdir(), 'creatorops-connect-'))
    try {
      return await fn(home)
    } finally {
      await rm(home, { recursive: true })
    }
  }
  const config = (home: string, env: Record<string, string> = {}) =>
    readConfig({ CREATOROPS_HOME: home, ...env })

  test('takes the configured one first', () =>
    withHome(async (home) => {
      const env = { CREATOROPS_URL: 'https://studio.example/', CREATOROPS_API_KEY: 'cok_1' }
      const api = await connectApi({ config: config(home, env), log, signal })
      assert.equal(api.url, 'https://studio.example')
      const keyless = config(home, { CREATOROPS_URL: 'https://studio.example' })
      await assert.rejects(connectApi({ config: keyless, log, signal }), { code: 'cli.noServer' })
    }))

  test('then the one that runs here, if it answers', () =>
    serving(healthz, (url) =>
      withHome(async (home) => {
        await writeFile(join(home, 'local.json'), JSON.stringify({ url, apiKey: 'cok_local' }))
        assert.equal((await connectApi({ config: config(home), log, signal })).url, url)
      }),
    ))

  test('then starts one for the call and stops it after', () =>
    withHome(async (home) => {
      const gone = await serving(healthz, async (url) => url)
      await writeFile(join(home, 'local.json'), JSON.stringify({ url: gone, apiKey: 'cok_local' }))
      let stopped = 0
      const startServer = async () => ({
        url: 'http://own',
        apiKey: 'cok_own',
        stop: async () => void stopped++,
      })
      const api = await connectApi({ config: config(home), log, signal, startServer })
      assert.equal(api.url, 'http://own')
      await api.close()
      assert.equal(stopped, 1)
    }))

  test('and says what to do when there is none', () =>
    withHome(async (home) => {
      await writeFile(join(home, 'local.json'), '{"url":')
      await assert.rejects(connectApi({ config: config(home), log, signal }), { code: 'cli.noServer' })
    }))
})
