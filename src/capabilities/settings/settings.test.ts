import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import { type Actor, systemActor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { events } from '../../platform/events/schema.ts'
import { createHttp } from '../../platform/http/create-http.ts'
import { silentLog } from '../../platform/log/log.ts'
import { settingVersions } from './schema.ts'
import {
  definitionOf,
  explainSetting,
  listSettings,
  listSettingVersions,
  readSetting,
  readSettings,
  setSetting,
  settingKeys,
  settingRoutes,
} from './index.ts'

const config = { quotaBytes: 10_000 }
const admin: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['settings.read', 'settings.write']),
}
const product = systemActor('start', 'ws_1')
const set = (db: Db, key: string, value: unknown, more: { layer?: 'deployment'; version?: number } = {}) =>
  setSetting({ db, config }, { actor: more.layer ? product : admin, key, value, reason: 'a test', ...more })

describe('every setting', () => {
  for (const key of settingKeys) {
    test(`${key} has a default that its own rule takes, and says what it does`, () => {
      const { schema, default: value, title, description, range } = definitionOf(key)
      assert.deepEqual(schema.parse(value), value)
      if (range) assert.ok(Number(value) >= range.min && Number(value) <= range.max)
      assert.ok(title.length > 3 && description.endsWith('.'))
    })
  }
})

describe('the value of a setting', () => {
  test('comes from the highest layer that has one: default, deployment, workspace', () =>
    withDb(async (db) => {
      const read = (workspaceId = 'ws_1') => readSetting({ db, config }, workspaceId, 'clips.count')
      assert.equal(await read(), 3)
      await set(db, 'clips.count', 4, { layer: 'deployment' })
      assert.equal(await read(), 4)
      await set(db, 'clips.count', 5)
      assert.equal(await read(), 5)
      assert.equal(await read('ws_2'), 4)
      await set(db, 'clips.count', null)
      assert.equal(await read(), 4)
    }))

  test('comes from the environment where that has a say', () =>
    withDb(async (db) => {
      assert.equal(await readSetting({ db, config }, 'ws_1', 'workspace.quotaBytes'), 10_000)
    }))

  test('is never more than the environment allows, even when that is lowered later', () =>
    withDb(async (db) => {
      await set(db, 'workspace.quotaBytes', 9_000)
      const lowered = { db, config: { ...config, quotaBytes: 1_000 } }
      assert.equal(await readSetting(lowered, 'ws_1', 'workspace.quotaBytes'), 1_000)
      const why = await explainSetting(lowered, { actor: admin, key: 'workspace.quotaBytes' })
      assert.equal(why.cappedAt, 1_000)
    }))

  test('that an older release stored and this one no longer takes counts as none', () =>
    withDb(async (db) => {
      const row = {
        workspaceId: 'ws_1',
        key: 'clips.count',
        version: 1,
        value: 'many',
        changedBy: 'x',
        reason: 'y',
      }
      await db.insert(settingVersions).values({ ...row, changedAt: new Date() })
      assert.equal(await readSetting({ db, config }, 'ws_1', 'clips.count'), 3)
    }))

  test('is read for several settings at once', () =>
    withDb(async (db) => {
      await set(db, 'clips.minMs', 20_000)
      const values = await readSettings({ db, config }, 'ws_1', ['clips.minMs', 'clips.maxMs'])
      assert.deepEqual(values, { 'clips.minMs': 20_000, 'clips.maxMs': 60_000 })
    }))
})

describe('a change', () => {
  test('is refused when the value breaks the rule, and nothing is stored', () =>
    withDb(async (db) => {
      for (const value of [-1, 11, 2.5, '3', Number.NaN, {}, undefined]) {
        await assert.rejects(set(db, 'clips.count', value), { code: 'settings.invalid' }, String(value))
      }
      await assert.rejects(set(db, 'workspace.quotaBytes', 10_001), { code: 'settings.invalid' })
      assert.deepEqual(await db.select().from(settingVersions), [])
    }))

  test('that would make the shortest clip longer than the longest is refused', () =>
    withDb(async (db) => {
      await assert.rejects(set(db, 'clips.minMs', 60_000), { code: 'settings.invalid' })
      assert.equal(await readSetting({ db, config }, 'ws_1', 'clips.minMs'), 15_000)
    }))

  test('of a setting that does not exist names the nearest that does', () =>
    withDb(async (db) => {
      await assert.rejects(set(db, 'clip.count', 3), { code: 'settings.unknown', message: /"clips\.count"/ })
    }))

  test('made on an old version is refused with both versions', () =>
    withDb(async (db) => {
      await set(db, 'clips.count', 4, { version: 0 })
      await assert.rejects(set(db, 'clips.count', 5, { version: 0 }), (error) => {
        const { code, detail } = error as { code: string; detail: Record<string, unknown> }
        assert.deepEqual([code, detail['yours'], detail['current']], ['http.stale', 0, 1])
        return true
      })
      await assert.rejects(set(db, 'clips.count', 5, { version: 7 }), { code: 'http.stale' })
      assert.equal(await readSetting({ db, config }, 'ws_1', 'clips.count'), 4)
    }))

  test('keeps who, when and why, and tells an event', () =>
    withDb(async (db) => {
      const now = () => new Date('2026-01-21T10:00:00Z')
      await setSetting(
        { db, config, now },
        { actor: admin, key: 'clips.count', value: 4, reason: 'more shorts' },
      )
      await set(db, 'clips.count', null)
      const [last, first] = await listSettingVersions({ db, config }, { actor: admin, key: 'clips.count' })
      assert.deepEqual(first, {
        version: 1,
        layer: 'workspace',
        topic: null,
        value: 4,
        before: null,
        diff: ['+ 4'],
        rolledBackTo: null,
        changedBy: 'person_1',
        changedAt: '2026-01-21T10:00:00.000Z',
        reason: 'more shorts',
      })
      assert.equal(last?.value, null)
      const told = await db.select().from(events).where(eq(events.type, 'setting.changed'))
      assert.deepEqual(
        told.map((event) => event.data),
        [
          { layer: 'workspace', value: 4 },
          { layer: 'workspace', value: 3 },
        ],
      )
    }))

  test('of the whole deployment is not for people in a workspace', () =>
    withDb(async (db) => {
      const input = { actor: admin, key: 'clips.count', value: 4, reason: 'x', layer: 'deployment' as const }
      await assert.rejects(setSetting({ db, config }, input), { code: 'access.forbidden' })
    }))

  test('needs the permission', () =>
    withDb(async (db) => {
      const viewer = { ...admin, permissions: new Set(['settings.read']) }
      const input = { actor: viewer, key: 'clips.count', value: 4, reason: 'x' }
      await assert.rejects(setSetting({ db, config }, input), { code: 'access.forbidden' })
      const nobody = { ...admin, permissions: new Set<string>() }
      await assert.rejects(listSettings({ db, config }, { actor: nobody }), { code: 'access.forbidden' })
    }))
})

test('an explanation shows every layer and which one counts', () =>
  withDb(async (db) => {
    await set(db, 'workspace.quotaBytes', 9_000)
    const why = await explainSetting({ db, config }, { actor: admin, key: 'workspace.quotaBytes' })
    assert.deepEqual(
      why.layers.map(({ layer, value, counts }) => [layer, value, counts]),
      [
        ['default', 1_099_511_627_776, false],
        ['file', null, false],
        ['environment', 10_000, false],
        ['deployment', null, false],
        ['workspace', 9_000, true],
      ],
    )
    assert.equal(why.value, 9_000)
    assert.equal(why.variable, 'CREATOROPS_QUOTA_BYTES')
  }))

test('the routes list, explain and set with If-Match', () =>
  withDb(async (db) => {
    const http = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
    const app = createHttp({ log: silentLog(), config: http, db, authenticate: async () => admin })
    app.route('/api/v1', settingRoutes({ db, config }))
    const put = (key: string, body: unknown, match?: string) =>
      app.request(`/api/v1/settings/${key}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', ...(match ? { 'if-match': match } : {}) },
        body: JSON.stringify(body),
      })
    const why = await app.request('/api/v1/settings/clips.count/explain')
    assert.equal(why.headers.get('etag'), '"v0"')
    assert.equal((await put('clips.count', { value: 5, reason: 'x' })).status, 428)
    const answer = await put('clips.count', { value: 5, reason: 'x' }, '"v0"')
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('etag'), '"v1"')
    assert.equal((await put('clips.count', { value: 6, reason: 'x' }, '"v0"')).status, 412)
    assert.equal((await put('clips.count', { value: 60, reason: 'x' }, '"v1"')).status, 422)
    assert.equal((await put('clips.count', { value: 6 }, '"v1"')).status, 400)
    assert.equal((await put('clips.cuont', { value: 6, reason: 'x' }, '"v1"')).status, 404)
    const list = await app.request('/api/v1/settings')
    const { items } = (await list.json()) as { items: Array<{ key: string; value: number }> }
    assert.equal(items.find((item) => item.key === 'clips.count')?.value, 5)
    const history = await app.request('/api/v1/settings/clips.count/versions')
    const versions = (await history.json()) as { items: unknown[] }
    assert.equal(versions.items.length, 1)
  }))
