import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'drizzle-orm'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { bodyOf, testHttp } from '../../platform/http/test-http.ts'
import { recordAudit } from './record-audit.ts'
import { auditRoutes } from './routes.ts'
import { type AuditSearch, searchAudit } from './search-audit.ts'

const actor: Actor = {
  kind: 'person',
  id: 'person_anna',
  workspaceId: 'ws_a',
  permissions: new Set(['audit.read']),
}

async function record(
  db: Db,
  action: string,
  minute: number,
  more: { workspaceId?: string; detail?: object } = {},
) {
  await recordAudit(db, {
    actor: { ...actor, workspaceId: more.workspaceId ?? 'ws_a' },
    action,
    subjectId: `subject_${minute}`,
    detail: { ...more.detail },
    at: new Date(Date.UTC(2026, 0, 1, 12, minute)),
  })
}

const find = async (db: Db, search: Partial<AuditSearch>) =>
  (await searchAudit(db, { actor, limit: 50, ...search })).items.map((entry) => entry.action)

describe('the trail', () => {
  test('stands or falls with the transaction of the deed', () =>
    withDb(async (db) => {
      await assert.rejects(
        db.transaction(async (tx) => {
          await record(tx, 'member.removed', 1)
          throw new Error('the deed failed')
        }),
      )
      assert.deepEqual(await find(db, {}), [])
    }))

  test('is searched by action, area, actor, subject, time and words, newest first, one workspace at a time', () =>
    withDb(async (db) => {
      await record(db, 'member.removed', 1, { detail: { email: 'ben@example.com' } })
      await record(db, 'member.roleChanged', 2, { detail: { note: '100% sure_thing' } })
      await record(db, 'apiKey.created', 3)
      await record(db, 'member.removed', 4, { workspaceId: 'ws_b' })
      assert.deepEqual(await find(db, {}), ['apiKey.created', 'member.roleChanged', 'member.removed'])
      assert.deepEqual(await find(db, { action: 'member.' }), ['member.roleChanged', 'member.removed'])
      assert.deepEqual(await find(db, { action: 'member.removed' }), ['member.removed'])
      assert.deepEqual(await find(db, { action: 'member' }), [])
      assert.deepEqual(await find(db, { subjectId: 'subject_3' }), ['apiKey.created'])
      assert.deepEqual(await find(db, { actorId: 'person_ben' }), [])
      const from = new Date(Date.UTC(2026, 0, 1, 12, 2))
      assert.deepEqual(await find(db, { from, to: new Date(from.getTime() + 1) }), ['member.roleChanged'])
      assert.deepEqual(await find(db, { text: 'BEN member' }), ['member.removed'])
      assert.deepEqual(await find(db, { text: '100% sure_' }), ['member.roleChanged'])
      assert.deepEqual(await find(db, { text: 'su%e' }), [])
    }))

  test('comes in pages without gaps or repeats, also when many lines have the same time', () =>
    withDb(async (db) => {
      for (let line = 0; line < 7; line++) await record(db, `area.${line}`, line < 5 ? 1 : 2)
      const app = testHttp({ db, actor, routes: [auditRoutes({ db })] })
      const seen: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const body = await bodyOf(await app.request(`/api/v1/audit?limit=3${cursor && `&cursor=${cursor}`}`))
        seen.push(...body.items.map((entry: { action: string }) => entry.action))
        cursor = body.nextCursor
      }
      assert.equal(seen.length, 7)
      assert.equal(new Set(seen).size, 7)
    }))

  test('needs audit.read, and a filter that is none is refused', () =>
    withDb(async (db) => {
      await assert.rejects(searchAudit(db, { actor: { ...actor, permissions: new Set() }, limit: 5 }), {
        code: 'access.forbidden',
      })
      const app = testHttp({ db, actor, routes: [auditRoutes({ db })] })
      assert.equal((await app.request('/api/v1/audit?from=yesterday')).status, 400)
      assert.equal((await app.request('/api/v1/audit?cursor=x')).status, 400)
    }))

  test('is only ever added to, whoever asks the database', () =>
    withDb(async (db) => {
      await record(db, 'member.removed', 1)
      for (const change of [
        sql`update audit_entries set action = 'nothing'`,
        sql`delete from audit_entries`,
        sql`truncate audit_entries`,
      ]) {
        const refused = db.transaction((tx) => tx.execute(change))
        await assert.rejects(refused, (error: Error) => /append-only/.test(String(error.cause)))
      }
      assert.deepEqual(await find(db, {}), ['member.removed'])
    }))
})
