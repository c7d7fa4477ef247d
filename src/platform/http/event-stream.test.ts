import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Actor } from '../../kernel/actor.ts'
import { type FreshDb, freshDb } from '../db/test-db.ts'
import {
  createEventFeed,
  type EventFeed,
  listEventsAfter,
  publishEvent,
  publishTransient,
} from '../events/index.ts'
import { silentLog } from '../log/log.ts'
import { eventRoutes, type EventRoutesDeps } from './event-routes.ts'
import { serveHttp } from './serve-http.ts'
import { allPowerful, testHttp } from './test-http.ts'

describe('GET /events', () => {
  let database: FreshDb
  let feed: EventFeed
  before(async () => {
    database = await freshDb()
    feed = createEventFeed({ url: database.url, db: database.db, log: silentLog() })
    await feed.ready
  })
  after(async () => {
    await feed.close()
    await database.close()
  })

  function streamApp(options: Partial<EventRoutesDeps> & { actor?: () => Actor | undefined } = {}) {
    const authenticate = async () => (options.actor ?? (() => allPowerful('anna', 'ws_a')))()
    const routes = eventRoutes({
      listAfter: (workspaceId, seq, limit) => listEventsAfter(database.db, workspaceId, seq, limit),
      subscribe: feed.subscribe,
      authenticate,
      ...options,
    })
    return testHttp({ routes: [routes], authenticate })
  }
  const publish = (type: string, workspaceId = 'ws_a') =>
    publishEvent(database.db, { type, workspaceId, subjectId: 'run_1', data: { n: 1 } })

  test('sends what happens in the workspace, with ids, and nothing of other workspaces', async () => {
    const reader = await open(streamApp())
    await publish('other.one', 'ws_b')
    await publish('run.queued')
    const [queued] = await reader.events(1)
    assert.equal(queued?.type, 'run.queued')
    assert.match(queued?.id ?? '', /^\d+$/)
    const tick = { type: 'run.progressed', workspaceId: 'ws_a', subjectId: 'run_1', data: { percent: 5 } }
    await publishTransient(database.db, tick)
    const [progressed] = await reader.events(1)
    assert.equal(progressed?.type, 'run.progressed')
    assert.equal(progressed?.id, undefined)
    await reader.close()
  })

  test('after a break Last-Event-ID replays what was missed, once and in order, then goes on live', async () => {
    const reader = await open(streamApp())
    await publish('before.break')
    const [seen] = await reader.events(1)
    await reader.close()
    for (const name of ['missed.one', 'missed.two', 'missed.three']) await publish(name)

    const again = await open(streamApp(), { 'last-event-id': seen?.id ?? '' })
    await publish('live.one')
    const types = (await again.events(4)).map((event) => event.type)
    assert.deepEqual(types, ['missed.one', 'missed.two', 'missed.three', 'live.one'])
    await again.close()
  })

  test('an event that commits while the replay is read comes once', async () => {
    const [{ seq } = { seq: 0 }] = (await database.pool.query('select max(seq)::int as seq from events')).rows
    const reading = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const app = streamApp({
      listAfter: async (workspaceId, after, limit) => {
        reading.resolve()
        await goOn.promise
        return listEventsAfter(database.db, workspaceId, after, limit)
      },
    })
    const opening = open(app, { 'last-event-id': String(seq) })
    await reading.promise
    const heard = Promise.withResolvers<void>()
    const stopHearing = feed.subscribe('ws_a', () => heard.resolve())
    await publish('in.between')
    await heard.promise
    stopHearing()
    goOn.resolve()
    const reader = await opening
    await publish('after.that')
    assert.deepEqual(
      (await reader.events(2)).map((event) => event.type),
      ['in.between', 'after.that'],
    )
    await reader.close()
  })

  test('a long record arrives complete', async () => {
    const [{ seq } = { seq: 0 }] = (await database.pool.query('select max(seq)::int as seq from events')).rows
    await database.pool.query(
      `insert into events (type, workspace_id, subject_id, data) select 'bulk.' || n, 'ws_a', 's', '{}' from generate_series(1, 3500) n`,
    )
    const reader = await open(streamApp(), { 'last-event-id': String(seq) })
    const types = (await reader.events(3500)).map((event) => event.type)
    assert.equal(types[0], 'bulk.1')
    assert.equal(types.at(-1), 'bulk.3500')
    assert.equal(new Set(types).size, 3500)
    await reader.close()
  })

  test('the stream ends at the next heartbeat after signing out', async () => {
    let actor: Actor | undefined = allPowerful('anna', 'ws_a')
    const reader = await open(streamApp({ actor: () => actor, heartbeatMs: 10 }))
    actor = undefined
    assert.equal(await reader.ended(), true)
  })

  test('the stream ends when the server stops, and nobody keeps listening', async () => {
    const stopping = new AbortController()
    let listening = 0
    const app = streamApp({
      stopping: stopping.signal,
      subscribe: (workspaceId, receive) => {
        listening++
        const stop = feed.subscribe(workspaceId, receive)
        return () => {
          listening--
          stop()
        }
      },
    })
    const reader = await open(app)
    assert.equal(listening, 1)
    stopping.abort()
    assert.equal(await reader.ended(), true)
    assert.equal(listening, 0)
    const left = await open(streamApp({ subscribe: feed.subscribe }))
    await left.close()
  })

  test('a reader that goes away over the network is not listened for any more', async () => {
    let listening = 0
    const left = Promise.withResolvers<void>()
    const app = streamApp({
      subscribe: () => {
        listening++
        return () => {
          listening--
          left.resolve()
        }
      },
    })
    const server = await serveHttp(app, { host: '127.0.0.1', port: 0 })
    const leaving = new AbortController()
    const answer = await fetch(`${server.url}/api/v1/events`, { signal: leaving.signal })
    await answer.body?.getReader().read()
    assert.equal(listening, 1)
    leaving.abort()
    await left.promise
    assert.equal(listening, 0)
    await server.stop()
  })

  test('needs someone signed in who may read runs', async () => {
    assert.equal((await streamApp({ actor: () => undefined }).request('/api/v1/events')).status, 401)
    const actor = { ...allPowerful(), permissions: new Set(['assets.read']) }
    assert.equal((await streamApp({ actor: () => actor }).request('/api/v1/events')).status, 403)
    assert.equal(
      (await streamApp().request('/api/v1/events', { headers: { 'last-event-id': 'x' } })).status,
      400,
    )
  })
})

type Seen = { id: string | undefined; type: string }

async function open(app: ReturnType<typeof testHttp>, headers: Record<string, string> = {}) {
  const answer = await app.request('/api/v1/events', { headers })
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/)
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const seen: Seen[] = []
  async function read(): Promise<boolean> {
    const { done, value } = await reader.read()
    text += value ?? ''
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const data = /^data: (.*)$/m.exec(part)?.[1]
      if (data) seen.push({ id: /^id: (.*)$/m.exec(part)?.[1], type: JSON.parse(data).type })
    }
    return done
  }
  await read()
  return {
    async events(count: number): Promise<Seen[]> {
      while (seen.length < count) if (await read()) break
      return seen.splice(0, count)
    },
    async ended(): Promise<boolean> {
      while (!(await read()));
      return true
    },
    close: () => reader.cancel(),
  }
}
