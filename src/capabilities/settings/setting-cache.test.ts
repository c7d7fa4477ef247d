import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Actor } from '../../kernel/actor.ts'
import { openDb, type OpenDb } from '../../platform/db/client.ts'
import { freshDb, type FreshDb } from '../../platform/db/test-db.ts'
import { createEventFeed, type EventFeed } from '../../platform/events/event-feed.ts'
import { events } from '../../platform/events/schema.ts'
import { silentLog } from '../../platform/log/log.ts'
import { settingVersions } from './schema.ts'
import { createSettingCache } from './setting-cache.ts'
import type { StoredValue } from './stored-settings.ts'
import { openSettingSources, readSetting, setSetting, type SettingsDeps } from './index.ts'

const config = { quotaBytes: 10_000 }
const hour = 3_600_000
const person: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['settings.write', 'installation.write']),
}

/** What one process has: its own connections, its own feed, its own memory that lasts an hour by itself. */
type Process = SettingsDeps & { feed: EventFeed; open: OpenDb }

describe('two processes', () => {
  let database: FreshDb
  before(async () => {
    database = await freshDb()
  })
  after(() => database.close())

  async function start(pollMs: number): Promise<Process> {
    const open = openDb(database.url, { max: 3 })
    const feed = createEventFeed({ url: database.url, db: open.db, log: silentLog(), pollMs })
    await feed.ready
    const settingSources = openSettingSources({ db: open.db, config, events: feed, ttlMs: hour })
    return { db: open.db, config, settingSources, feed, open }
  }
  const stop = async ({ feed, open }: Process) => {
    await feed.close()
    await open.close()
  }
  const read = (deps: SettingsDeps, workspaceId = 'ws_1') => readSetting(deps, workspaceId, 'clips.count')
  async function until(condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 20_000
    while (!(await condition())) {
      assert.ok(Date.now() < deadline, 'it never came')
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  test('see a change of the other by its notification, of a workspace and of the deployment', async () => {
    const [one, two] = [await start(hour), await start(hour)]
    assert.equal(await read(two), 3)
    assert.equal(await read(two, 'ws_2'), 3)
    const change = { actor: person, key: 'clips.count', reason: 'x' }
    await setSetting(one, { ...change, value: 5 })
    assert.equal(await read(one), 5, 'whoever changed it sees it at once')
    await until(async () => (await read(two)) === 5)
    await setSetting(one, { ...change, value: 6, layer: 'deployment' })
    await until(async () => (await read(two, 'ws_2')) === 6)
    assert.equal(await read(two), 5)
    await stop(one)
    await stop(two)
  })

  test('see it by looking when no notification comes', async () => {
    const two = await start(20)
    assert.equal(await read(two, 'ws_3'), 6)
    // As when the notification was lost with its connection: the row and the event are there, nobody is called.
    const row = { workspaceId: 'ws_3', key: 'clips.count', version: 1, value: 8, changedBy: 'x', reason: 'y' }
    await database.db.insert(settingVersions).values({ ...row, changedAt: new Date() })
    const told = { type: 'setting.changed', workspaceId: 'ws_3', subjectId: 'clips.count' }
    await database.db.insert(events).values({ ...told, data: { layer: 'workspace', value: 8 } })
    await until(async () => (await read(two, 'ws_3')) === 8)
    await stop(two)
  })
})

describe('the memory of settings', () => {
  const rows = (value: number) => [{ value }] as unknown as StoredValue[]

  test('asks once for many readers, and again when its time is over', async () => {
    let [loads, nowMs] = [0, 0]
    const cache = createSettingCache({ load: async () => rows(++loads), ttlMs: 1_000, nowMs: () => nowMs })
    await Promise.all([cache.get('ws_1'), cache.get('ws_1'), cache.get('ws_1')])
    assert.equal(loads, 1)
    nowMs = 999
    await cache.get('ws_1')
    assert.equal(loads, 1)
    nowMs = 1_000
    assert.equal(cache.peek('ws_1'), undefined)
    await cache.get('ws_1')
    assert.equal(loads, 2)
  })

  test('does not keep what was read before a change that came while it was read', async () => {
    const gate = Promise.withResolvers<StoredValue[]>()
    const answers = [gate.promise, Promise.resolve(rows(2))]
    const cache = createSettingCache({ load: () => answers.shift()! })
    const early = cache.get('ws_1')
    cache.forget('ws_1')
    const late = await cache.get('ws_1')
    gate.resolve(rows(1))
    await early
    assert.deepEqual(late.stored, rows(2))
    assert.deepEqual((await cache.get('ws_1')).stored, rows(2))
  })

  test('does not remember a failure, and is bounded', async () => {
    let fails = true
    const load = async () => {
      if (fails) throw new Error('the database is away')
      return rows(1)
    }
    const cache = createSettingCache({ load, maxWorkspaces: 2 })
    await assert.rejects(cache.get('ws_1'))
    fails = false
    for (const id of ['ws_1', 'ws_2', 'ws_3']) await cache.get(id)
    assert.deepEqual(
      ['ws_1', 'ws_2', 'ws_3'].map((id) => cache.peek(id) !== undefined),
      [false, true, true],
    )
  })
})
