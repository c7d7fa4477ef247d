import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import { setTimeout as delay } from 'node:timers/promises'
import { freshDb, withDb } from '../../platform/db/test-db.ts'
import { createEventFeed } from '../../platform/events/event-feed.ts'
import { events } from '../../platform/events/schema.ts'
import { createHttp } from '../../platform/http/create-http.ts'
import { silentLog } from '../../platform/log/log.ts'
import { searchAudit } from '../audit/index.ts'
import { createFlagStore } from './flag-store.ts'
import type { Flag } from './flag.ts'
import { flagRoutes } from './routes.ts'
import { openFlagClient } from './openfeature-provider.ts'
import { getFlag, listFlags, listFlagVersions } from './read-flags.ts'
import { reportStaleFlags } from './report-stale-flags.ts'
import { removeFlag, setFlag } from './set-flag.ts'
import { flagUses } from './schema.ts'
import { definitionOf, rollBackFlag, switchFlag } from './switch-flag.ts'
import { lead, makeFlag, offForAll } from './test-flags.ts'

const stranger = { ...lead, workspaceId: 'ws_2' }
const viewer = { ...lead, permissions: new Set(['flags.read']) }
const noEvents = { subscribe: () => () => undefined }

describe('a flag', () => {
  test('is kept with author and reason, and events and audit tell of it', () =>
    withDb(async (db) => {
      const made = await makeFlag(db, 'player.new')
      assert.deepEqual([made.version, made.isOn, made.isShipped], [1, true, false])
      const [version] = await listFlagVersions({ db }, { actor: lead, key: 'player.new' })
      assert.deepEqual([version?.changedBy, version?.reason], ['person_1', 'a test'])
      const told = await db.select().from(events).where(eq(events.subjectId, 'player.new'))
      assert.deepEqual(
        told.map(({ type }) => type),
        ['flag.created'],
      )
      const auditor = { ...lead, permissions: new Set(['audit.read']) }
      const { items } = await searchAudit(db, { actor: auditor, limit: 10 })
      assert.equal(items[0]?.action, 'flag.created')
    }))

  test('of the product is there before anybody changed it, and comes back when the change is removed', () =>
    withDb(async (db) => {
      const shipped = await getFlag({ db }, { actor: lead, key: 'productions.writeDrafts' })
      assert.deepEqual([shipped.version, shipped.isShipped, shipped.isOn], [0, true, true])
      const off = await switchFlag({ db }, { actor: lead, key: shipped.key, isOn: false, reason: 'x' })
      assert.deepEqual([off.version, off.isOn], [1, false])
      await removeFlag({ db }, { actor: lead, key: shipped.key, version: 1, reason: 'x' })
      const back = await getFlag({ db }, { actor: lead, key: shipped.key })
      assert.deepEqual([back.version, back.isOn], [2, true])
    }))

  test('is neither seen nor changed from another workspace, nor by those who may not', () =>
    withDb(async (db) => {
      const { key } = await makeFlag(db, 'player.new')
      await assert.rejects(getFlag({ db }, { actor: stranger, key }), { code: 'flags.notFound' })
      const change = { key, definition: offForAll, reason: 'x', version: 1 }
      await assert.rejects(setFlag({ db }, { actor: stranger, ...change }), { code: 'flags.notFound' })
      await assert.rejects(setFlag({ db }, { actor: viewer, ...change }), { code: 'access.forbidden' })
      assert.equal(
        (await listFlags({ db }, { actor: stranger })).some((flag) => flag.key === key),
        false,
      )
    }))

  test('that is mistyped is answered with the nearest', () =>
    withDb(async (db) => {
      await assert.rejects(getFlag({ db }, { actor: lead, key: 'production.writeDrafts' }), {
        message: /Did you mean "productions\.writeDrafts"/,
      })
    }))

  test('changed by two at once keeps the first change and tells the second both versions', () =>
    withDb(async (db) => {
      const { key } = await makeFlag(db, 'player.new')
      const change = (title: string) =>
        setFlag({ db }, { actor: lead, key, version: 1, reason: 'x', definition: { ...offForAll, title } })
      await change('First')
      await assert.rejects(change('Second'), (error) => {
        const { code, detail } = error as { code: string; detail: Record<string, unknown> }
        assert.deepEqual([code, detail['yours'], detail['current']], ['http.stale', 1, 2])
        assert.equal((detail['resource'] as Flag).title, 'First')
        return true
      })
      await assert.rejects(makeFlag(db, key), { code: 'flags.exists' })
    }))

  test('is rolled back to any of its forms, as a new version', () =>
    withDb(async (db) => {
      const { key } = await makeFlag(db, 'player.new')
      const definition = { ...offForAll, serve: { variant: 'on' } }
      await setFlag({ db }, { actor: lead, key, version: 1, reason: 'x', definition })
      const back = await rollBackFlag({ db }, { actor: lead, key, to: 1, version: 2, reason: 'no' })
      assert.deepEqual([back.version, back.serve], [3, { variant: 'off' }])
      const missing = { actor: lead, key, to: 9, version: 3, reason: 'no' }
      await assert.rejects(rollBackFlag({ db }, missing), { code: 'flags.notFound' })
    }))

  test('stays of its kind, and what others need is not removed', () =>
    withDb(async (db) => {
      await makeFlag(db, 'base')
      const prerequisites = [{ flag: 'base', variants: ['on'] }]
      await makeFlag(db, 'needing', { prerequisites })
      const other = { ...offForAll, kind: 'string', variants: { on: 'a', off: 'b' } }
      const change = { actor: lead, key: 'base', version: 1, reason: 'x' }
      await assert.rejects(setFlag({ db }, { ...change, definition: other }), { code: 'flags.invalid' })
      await assert.rejects(removeFlag({ db }, change), { code: 'flags.needed' })
      const circle = { ...offForAll, prerequisites: [{ flag: 'needing', variants: ['on'] }] }
      await assert.rejects(setFlag({ db }, { ...change, definition: circle }), { code: 'flags.cycle' })
    }))
})

test('the kill switch beats environments and schedule, and needs no version', () =>
  withDb(async (db) => {
    const now = () => new Date('2026-11-21T12:00:00Z')
    const schedule = [
      { at: '2026-11-22T00:00:00Z', isOn: true },
      { at: '2026-11-23T00:00:00Z', isOn: false },
    ]
    const environments = { staging: { isOn: true, serve: { variant: 'on' } } }
    await makeFlag(db, 'player.new', { schedule, environments }, now)
    const killed = await switchFlag(
      { db, now },
      { actor: lead, key: 'player.new', isOn: false, reason: 'fire' },
    )
    assert.equal(killed.isOn, false)
    assert.deepEqual(killed.environments, { staging: { serve: { variant: 'on' } } })
    assert.deepEqual(killed.schedule, [schedule[1]])
  }))

test('stale flags are those nobody asks for or that serve everybody the same, unless they are meant to stay', () =>
  withDb(async (db) => {
    const then = () => new Date('2026-09-01T00:00:00Z')
    const deps = { db, environment: 'production' as const, now: () => new Date('2026-11-21T00:00:00Z') }
    await makeFlag(db, 'unused', {}, then)
    await makeFlag(db, 'served', {}, then)
    await makeFlag(db, 'split', { serve: { split: [{ variant: 'on', percent: 100 }] } }, then)
    await makeFlag(db, 'meant', { isPermanent: true }, then)
    await makeFlag(db, 'fresh', {}, deps.now)
    const rules = [{ when: [{ attribute: 'x', operator: 'exists' }], serve: { variant: 'on' } }]
    await makeFlag(db, 'ruled', { rules }, then)
    for (const key of ['served', 'split', 'ruled']) {
      await db.insert(flagUses).values({ workspaceId: 'ws_1', key, lastUsedAt: deps.now() })
    }
    const stale = await reportStaleFlags(deps, { actor: lead })
    assert.deepEqual(stale.map(({ key, because }) => [key, because]).sort(), [
      ['served', 'Everybody has got "off" for 81 days.'],
      ['split', 'Everybody has got "on" for 81 days.'],
      ['unused', 'Nothing has asked for it since it was changed.'],
    ])
  }))

describe('code that asks', () => {
  test('uses the OpenFeature SDK and gets the value, or its own default with the reason', () =>
    withDb(async (db) => {
      await makeFlag(db, 'player.new', { serve: { variant: 'on' } })
      await makeFlag(db, 'limits', {
        kind: 'json',
        variants: { on: { max: 3 }, off: {} },
        serve: { variant: 'on' },
      })
      const store = createFlagStore({ db, log: silentLog(), environment: 'production', events: noEvents })
      const client = openFlagClient(store)
      const context = { workspaceId: 'ws_1', targetingKey: 'u1' }
      assert.equal(await client.getBooleanValue('player.new', false, context), true)
      assert.deepEqual(await client.getObjectValue('limits', {}, context), { max: 3 })
      const details = await client.getBooleanDetails('player.new', false, context)
      assert.deepEqual([details.variant, details.reason], ['on', 'STATIC'])
      const missing = await client.getBooleanDetails('nothing', true, context)
      assert.deepEqual([missing.value, missing.errorCode], [true, 'FLAG_NOT_FOUND'])
      const wrong = await client.getStringDetails('player.new', 'mine', context)
      assert.deepEqual([wrong.value, wrong.errorCode], ['mine', 'TYPE_MISMATCH'])
      const nowhere = await client.getBooleanDetails('player.new', false)
      assert.equal(nowhere.errorCode, 'INVALID_CONTEXT')
      assert.equal(
        await client.getBooleanValue('player.new', false, { ...context, workspaceId: 'ws_2' }),
        false,
      )
      await store.flush()
      const uses = await db.select().from(flagUses)
      assert.deepEqual(
        uses.map(({ key }) => key),
        ['player.new', 'limits'],
      )
    }))

  test('in another process hears of a change by the database notification', async () => {
    const fresh = await freshDb()
    const log = silentLog()
    const feed = createEventFeed({ url: fresh.url, db: fresh.db, log, pollMs: 60_000 })
    const store = createFlagStore({ db: fresh.db, log, environment: 'production', events: feed })
    try {
      await feed.ready
      await makeFlag(fresh.db, 'player.new')
      const flags = await store.of('ws_1')
      assert.equal(flags.evaluate('player.new', {})?.value, false)
      const changed = Promise.withResolvers<void>()
      // The creation may be heard late too, and then brings nothing new.
      store.onChange(() => flags.evaluate('player.new', {})?.value === true && changed.resolve())
      const definition = { ...offForAll, serve: { variant: 'on' } }
      await setFlag({ db: fresh.db }, { actor: lead, key: 'player.new', version: 1, reason: 'x', definition })
      await Promise.race([changed.promise, delay(20_000, undefined, { ref: false })])
      assert.equal(flags.evaluate('player.new', {})?.value, true)
    } finally {
      await store.close()
      await feed.close()
      await fresh.close()
    }
  })
})

test('the routes make, change with If-Match, switch, explain and roll back', () =>
  withDb(async (db) => {
    const http = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
    const app = createHttp({ log: silentLog(), config: http, db, authenticate: async () => lead })
    app.route('/api/v1', flagRoutes({ db, environment: 'production' }))
    const send = async (method: string, path: string, body?: unknown, match?: string) => {
      const answer = await app.request(`/api/v1/flags${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(match ? { 'if-match': match } : {}) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      return {
        status: answer.status,
        etag: answer.headers.get('etag'),
        body: text === '' ? null : JSON.parse(text),
      }
    }
    const made = await send('POST', '', { key: 'player.new', reason: 'x', definition: offForAll })
    assert.deepEqual([made.status, made.etag], [201, '"v1"'])
    const change = {
      reason: 'x',
      definition: { ...definitionOf(made.body as Flag), serve: { variant: 'on' } },
    }
    assert.equal((await send('PUT', '/player.new', change)).status, 428)
    assert.equal((await send('PUT', '/player.new', change, '"v1"')).etag, '"v2"')
    assert.equal((await send('PUT', '/player.new', change, '"v1"')).status, 412)
    const uneven = {
      reason: 'x',
      definition: { ...offForAll, serve: { split: [{ variant: 'on', percent: 9 }] } },
    }
    assert.equal((await send('PUT', '/player.new', uneven, '"v2"')).body.code, 'flags.weights')
    const asked = await send('POST', '/player.new/evaluate', { unit: 'u1' })
    assert.deepEqual([asked.body.value, asked.body.because], [true, 'It is served to everybody.'])
    assert.equal((await send('POST', '/player.new/switch', { isOn: false, reason: 'x' })).body.isOn, false)
    assert.equal((await send('POST', '/player.new/rollback', { to: 2, reason: 'x' }, '"v3"')).etag, '"v4"')
    assert.equal((await send('GET', '/player.new/versions')).body.items.length, 4)
    assert.equal((await send('GET', '/stale')).status, 200)
    assert.equal((await send('GET', '/missing')).status, 404)
    assert.equal((await send('DELETE', '/player.new', undefined, '"v4"')).status, 204)
    assert.equal((await send('GET', '/player.new')).status, 404)
  }))
