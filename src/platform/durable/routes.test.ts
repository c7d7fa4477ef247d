import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { systemActor, type Actor } from '../../kernel/actor.ts'
import type { Db } from '../db/client.ts'
import { withDb } from '../db/test-db.ts'
import { createHttp } from '../http/create-http.ts'
import { silentLog } from '../log/log.ts'
import { runRoutes } from './routes.ts'
import { beginRun, failRun } from './run-state.ts'
import { startRun } from './start-run.ts'
import { storyWorkflow } from './test-workflows.ts'

const person = (permissions: string[], workspaceId = 'ws_1'): Actor => ({
  kind: 'person',
  id: 'person_1',
  workspaceId,
  permissions: new Set(permissions),
})

function open(db: Db, actor: Actor = person(['runs.read', 'runs.write'])) {
  const http = createHttp({
    log: silentLog(),
    db,
    config: { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 },
    authenticate: () => Promise.resolve(actor),
  })
  http.route('/api/v1', runRoutes({ db }))
  return async (method: string, path: string) => {
    const response = await http.request(`http://localhost/api/v1${path}`, { method })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
}

const start = (db: Db, subjectId = 'asset_1') =>
  startRun(db, {
    workflow: storyWorkflow,
    workspaceId: 'ws_1',
    actor: systemActor('test', 'ws_1'),
    input: { labels: [] },
    subjectId,
  })

describe('the routes of runs', () => {
  test('list in pages, filtered by subject and state', () =>
    withDb(async (db) => {
      await start(db)
      await start(db, 'asset_2')
      await start(db)
      const send = open(db)
      const first = await send('GET', '/runs?limit=2')
      const items = first.body['items'] as { subjectId: string }[]
      assert.equal(items.length, 2)
      const cursor = first.body['nextCursor'] as string
      const second = await send('GET', `/runs?limit=2&cursor=${cursor}`)
      assert.deepEqual([(second.body['items'] as unknown[]).length, second.body['nextCursor']], [1, null])
      const filtered = await send('GET', '/runs?subjectId=asset_2&state=queued')
      assert.equal((filtered.body['items'] as unknown[]).length, 1)
      assert.equal((await send('GET', '/runs?state=dreaming')).status, 400)
    }))

  test('get, cancel and retry a run', () =>
    withDb(async (db) => {
      const { id } = await start(db)
      const send = open(db)
      assert.equal((await send('GET', `/runs/${id}`)).body['state'], 'queued')
      assert.equal((await send('POST', `/runs/${id}/cancel`)).body['state'], 'cancelled')
      const again = await send('POST', `/runs/${id}/retry`)
      assert.deepEqual([again.status, again.body['state'], again.body['attempt']], [200, 'queued', 2])
      const refused = await send('POST', `/runs/${id}/retry`)
      assert.deepEqual([refused.status, refused.body['code']], [409, 'durable.notRetryable'])
    }))

  test('a failed run shows why, with what to do', () =>
    withDb(async (db) => {
      const { id } = await start(db)
      await beginRun(db, { runId: id, attempt: 1 })
      const error = {
        code: 'media.truncated',
        message: 'It ends too early.',
        help: 'Upload again.',
        retryable: false,
      }
      await failRun(db, { runId: id, attempt: 1 }, error)
      assert.deepEqual((await open(db)('GET', `/runs/${id}`)).body['error'], error)
    }))

  test('a run of another workspace is not found, and a viewer may only look', () =>
    withDb(async (db) => {
      const { id } = await start(db)
      const stranger = await open(db, person(['runs.read'], 'ws_2'))('GET', `/runs/${id}`)
      assert.deepEqual([stranger.status, stranger.body['code']], [404, 'durable.runNotFound'])
      const viewer = open(db, person(['runs.read']))
      assert.equal((await viewer('GET', `/runs/${id}`)).status, 200)
      assert.equal((await viewer('POST', `/runs/${id}/cancel`)).status, 403)
      assert.equal((await viewer('POST', `/runs/${id}/retry`)).status, 403)
    }))
})
