import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Actor } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { withDb } from '../../../platform/db/test-db.ts'
import { bodyOf, jsonRequest, testHttp } from '../../../platform/http/test-http.ts'
import {
  adaptDraft,
  adaptationRoutes,
  createDraft,
  editAdaptation,
  listAdaptations,
  removeAdaptation,
  updateDraft,
} from '../index.ts'

const editor: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['drafts.read', 'drafts.write']),
}
const stranger: Actor = { ...editor, id: 'person_2', workspaceId: 'ws_2' }
const viewer: Actor = { ...editor, permissions: new Set(['drafts.read']) }

const write = (db: Db) =>
  createDraft({ db }, { actor: editor, title: 'How do bees decide?', body: 'They dance. #bees' })

describe('what a draft says at each destination', () => {
  test('is made once, kept when asked for again, and made anew only on purpose', () =>
    withDb(async (db) => {
      const { id: draftId } = await write(db)
      const ask = { actor: editor, draftId, destinations: ['x', 'youtube', 'x'] as const }
      const made = await adaptDraft({ db }, ask)
      assert.deepEqual(
        made.map(({ name, isReady, isEdited, version }) => [name, isReady, isEdited, version]),
        [
          ['X', true, false, 1],
          ['YouTube', true, false, 1],
        ],
      )
      const place = { actor: editor, draftId, destination: 'x' as const }
      await editAdaptation({ db }, { ...place, version: 1, content: { text: 'By hand' } })
      const [kept] = await adaptDraft({ db }, ask)
      assert.deepEqual([kept!.content.text, kept!.isEdited, kept!.version], ['By hand', true, 2])
      const [anew] = await adaptDraft({ db }, { ...ask, again: true })
      assert.match(anew!.content.text, /^How do bees decide\?/)
      assert.deepEqual([anew!.isEdited, anew!.version], [false, 3])
    }))

  test('is marked when the draft has changed since', () =>
    withDb(async (db) => {
      const { id: draftId, version } = await write(db)
      await adaptDraft({ db }, { actor: editor, draftId, destinations: ['linkedin'] })
      await updateDraft({ db }, { actor: editor, draftId, version, body: 'They vote.' })
      const [adaptation] = await listAdaptations({ db }, { actor: editor, draftId })
      assert.equal(adaptation!.isOutdated, true)
    }))

  test('may break limits while somebody writes, and says so', () =>
    withDb(async (db) => {
      const { id: draftId } = await write(db)
      await adaptDraft({ db }, { actor: editor, draftId, destinations: ['x'] })
      const place = { actor: editor, draftId, destination: 'x' as const }
      const long = await editAdaptation(
        { db },
        { ...place, version: 1, content: { text: 'bee '.repeat(100) } },
      )
      assert.equal(long.isReady, false)
      assert.equal(long.violations[0]!.rule, 'tooLong')
      assert.ok(long.violations[0]!.suggestion!.length <= 280)
    }))

  test('is not overwritten unseen', () =>
    withDb(async (db) => {
      const { id: draftId } = await write(db)
      await adaptDraft({ db }, { actor: editor, draftId, destinations: ['x'] })
      const edit = { actor: editor, draftId, destination: 'x' as const, version: 1 }
      await editAdaptation({ db }, { ...edit, content: { text: 'first' } })
      await assert.rejects(editAdaptation({ db }, { ...edit, content: { text: 'second' } }), {
        code: 'http.stale',
      })
      const [now] = await listAdaptations({ db }, { actor: editor, draftId })
      assert.equal(now!.content.text, 'first')
    }))

  test('belongs to its workspace and needs the permission to write', () =>
    withDb(async (db) => {
      const { id: draftId } = await write(db)
      const ask = { draftId, destinations: ['x'] as const }
      await assert.rejects(adaptDraft({ db }, { actor: stranger, ...ask }), { code: 'drafts.notFound' })
      await assert.rejects(adaptDraft({ db }, { actor: viewer, ...ask }), { code: 'access.forbidden' })
      await adaptDraft({ db }, { actor: editor, ...ask })
      await assert.rejects(listAdaptations({ db }, { actor: stranger, draftId }), { code: 'drafts.notFound' })
      const place = { draftId, destination: 'x' as const }
      await assert.rejects(removeAdaptation({ db }, { actor: stranger, ...place }), {
        code: 'drafts.notFound',
      })
      await removeAdaptation({ db }, { actor: editor, ...place })
      await assert.rejects(removeAdaptation({ db }, { actor: editor, ...place }), {
        code: 'drafts.adaptationNotFound',
      })
    }))

  test('stays as it was once the draft is published', () =>
    withDb(async (db) => {
      const { id: draftId } = await write(db)
      await adaptDraft({ db }, { actor: editor, draftId, destinations: ['x'] })
      for (const [version, stage] of [
        [1, 'scheduled'],
        [2, 'published'],
      ] as const)
        await updateDraft({ db }, { actor: editor, draftId, version, stage })
      const place = { actor: editor, draftId, destination: 'x' as const }
      const edit = editAdaptation({ db }, { ...place, version: 1, content: { text: 'later' } })
      await assert.rejects(edit, { code: 'drafts.published' })
      await assert.rejects(adaptDraft({ db }, { actor: editor, draftId, destinations: ['x'], again: true }), {
        code: 'drafts.published',
      })
    }))

  test('over HTTP: adapt, edit with ETag, check without storing, limits with their sources', () =>
    withDb(async (db) => {
      const { id: draftId } = await write(db)
      const app = testHttp({ db, actor: editor, routes: [adaptationRoutes({ db })] })
      const path = `/api/v1/drafts/${draftId}/adaptations`
      const made = await app.request(path, jsonRequest('POST', { destinations: ['bluesky'] }))
      assert.equal((await bodyOf(made)).items[0].name, 'Bluesky')
      const edit = (version: number) =>
        app.request(`${path}/bluesky`, jsonRequest('PATCH', { text: 'new' }, { 'if-match': `"v${version}"` }))
      const edited = await edit(1)
      assert.deepEqual([edited.status, edited.headers.get('etag')], [200, '"v2"'])
      assert.equal((await edit(1)).status, 412)
      const unknown = await app.request(path, jsonRequest('POST', { destinations: ['myspace'] }))
      assert.equal(unknown.status, 400)

      const check = { destination: 'x', content: { text: '蜂'.repeat(141) } }
      const checked = await bodyOf(await app.request('/api/v1/text-checks', jsonRequest('POST', check)))
      assert.deepEqual(checked.counts, [{ field: 'text', used: 282, max: 280, unit: 'weighted' }])
      assert.equal(checked.violations[0].rule, 'tooLong')
      const { items } = await bodyOf(await app.request('/api/v1/text-limits'))
      assert.ok(items.length === 10 && items.every((limits: { source: string }) => limits.source))
    }))
})
