import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { createHttp } from '../../platform/http/create-http.ts'
import { silentLog } from '../../platform/log/log.ts'
import { listNotifications, markAllRead, markRead, notificationRoutes, notify } from './index.ts'

const permissions = new Set(['notifications.read', 'notifications.write'])
const ann: Actor = { kind: 'person', id: 'person_ann', workspaceId: 'ws_1', permissions }
const bob: Actor = { ...ann, id: 'person_bob' }
const elsewhere: Actor = { ...ann, id: 'person_cid', workspaceId: 'ws_2' }
const done = { workspaceId: 'ws_1', kind: 'production.finished', title: 'Bees is ready', subjectId: 'prod_1' }

const titles = async (db: Db, actor: Actor, unreadOnly = false) =>
  (await listNotifications({ db }, { actor, limit: 50, unreadOnly })).items.map((note) => note.title)

describe('a notification', () => {
  test('for everyone is seen by all of the workspace and by nobody else', () =>
    withDb(async (db) => {
      await notify(db, done)
      assert.deepEqual(await titles(db, ann), ['Bees is ready'])
      assert.deepEqual(await titles(db, bob), ['Bees is ready'])
      assert.deepEqual(await titles(db, elsewhere), [])
    }))

  test('for one person is neither seen nor marked by another', () =>
    withDb(async (db) => {
      const notificationId = (await notify(db, { ...done, personId: ann.id }))!
      assert.deepEqual(await titles(db, bob), [])
      await assert.rejects(markRead({ db }, { actor: bob, notificationId }), {
        code: 'notifications.notFound',
      })
      assert.deepEqual(await titles(db, ann), ['Bees is ready'])
    }))

  test('with a key is left once', () =>
    withDb(async (db) => {
      assert.ok(await notify(db, { ...done, onceKey: 'run_1' }))
      assert.equal(await notify(db, { ...done, onceKey: 'run_1' }), undefined)
      assert.ok(await notify(db, { ...done, workspaceId: 'ws_2', onceKey: 'run_1' }))
      assert.equal((await titles(db, ann)).length, 1)
    }))

  test('without a key is left each time', () =>
    withDb(async (db) => {
      await notify(db, done)
      await notify(db, done)
      assert.equal((await titles(db, ann)).length, 2)
    }))

  test('has its title cut, not refused, when it is endless', () =>
    withDb(async (db) => {
      await notify(db, { ...done, title: 'x'.repeat(1_000) })
      assert.equal((await titles(db, ann))[0]?.length, 200)
    }))
})

describe('reading', () => {
  test('is each person’s own, and the first time stays', () =>
    withDb(async (db) => {
      const notificationId = (await notify(db, done))!
      await markRead({ db, now: () => new Date('2026-11-21T10:00:00Z') }, { actor: ann, notificationId })
      await markRead({ db, now: () => new Date('2026-11-22T10:00:00Z') }, { actor: ann, notificationId })
      const forAnn = await listNotifications({ db }, { actor: ann, limit: 50 })
      assert.equal(forAnn.items[0]?.readAt, '2026-11-21T10:00:00.000Z')
      assert.equal(forAnn.unreadCount, 0)
      assert.equal((await listNotifications({ db }, { actor: bob, limit: 50 })).unreadCount, 1)
      assert.deepEqual(await titles(db, ann, true), [])
      assert.deepEqual(await titles(db, bob, true), ['Bees is ready'])
    }))

  test('everything marks what this person sees and counts what was unread', () =>
    withDb(async (db) => {
      const first = (await notify(db, done))!
      await notify(db, { ...done, title: 'second' })
      await notify(db, { ...done, title: 'for Bob', personId: bob.id })
      await markRead({ db }, { actor: ann, notificationId: first })
      assert.equal(await markAllRead({ db }, { actor: ann }), 1)
      assert.equal((await listNotifications({ db }, { actor: bob, limit: 50 })).unreadCount, 3)
    }))

  test('needs the permission', () =>
    withDb(async (db) => {
      const nobody = { ...ann, permissions: new Set<string>() }
      await assert.rejects(titles(db, nobody), { code: 'access.forbidden' })
      await assert.rejects(markAllRead({ db }, { actor: nobody }), { code: 'access.forbidden' })
    }))
})

test('the routes list, mark one and mark all', () =>
  withDb(async (db) => {
    const config = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
    const app = createHttp({ log: silentLog(), config, db, authenticate: async () => ann })
    app.route('/api/v1', notificationRoutes({ db }))
    const first = await notify(db, done)
    await notify(db, { ...done, title: 'second' })
    const read = await app.request(`/api/v1/notifications/${first}/read`, { method: 'POST' })
    assert.equal(read.status, 204)
    const list = await app.request('/api/v1/notifications?unread=true')
    const unread = (await list.json()) as { unreadCount: number; items: Array<{ title: string }> }
    assert.equal(unread.unreadCount, 1)
    assert.deepEqual(
      unread.items.map((note) => note.title),
      ['second'],
    )
    const all = await app.request('/api/v1/notifications/read-all', { method: 'POST' })
    assert.deepEqual(await all.json(), { marked: 1 })
    assert.equal((await app.request('/api/v1/notifications/note_x/read', { method: 'POST' })).status, 404)
  }))
