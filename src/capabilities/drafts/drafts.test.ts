import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import { type Actor, systemActor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { events } from '../../platform/events/schema.ts'
import { createHttp } from '../../platform/http/create-http.ts'
import { silentLog } from '../../platform/log/log.ts'
import {
  archiveDraft,
  createDraft,
  draftRoutes,
  draftStages,
  draftTransitions,
  getDraft,
  listDrafts,
  updateDraft,
} from './index.ts'

const editor: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['drafts.read', 'drafts.write']),
}
const stranger: Actor = { ...editor, id: 'person_2', workspaceId: 'ws_2' }
const viewer: Actor = { ...editor, permissions: new Set(['drafts.read']) }

describe('a draft', () => {
  test('is made with what it was given, and events tell of it', () =>
    withDb(async (db) => {
      const now = () => new Date('2026-11-21T10:00:00Z')
      const made = await createDraft(
        { db, now },
        { actor: systemActor('test', 'ws_1'), title: '  Bees  ', assetId: 'asset_1', clipId: 'clip_1' },
      )
      assert.deepEqual(await getDraft({ db }, { actor: editor, draftId: made.id }), made)
      assert.equal(made.title, 'Bees')
      assert.equal(made.stage, 'draft')
      assert.deepEqual(made.assetIds, ['asset_1'])
      assert.equal(made.createdAt, '2026-11-21T10:00:00.000Z')
      const told = await db.select().from(events).where(eq(events.subjectId, made.id))
      assert.deepEqual(
        told.map((event) => event.type),
        ['draft.created'],
      )
    }))

  test('points only at files and clips of its workspace', () =>
    withDb(async (db) => {
      const create = (more: object) => createDraft({ db }, { actor: editor, title: 'Bees', ...more })
      await assert.rejects(create({ assetIds: ['asset_of_others'] }), { code: 'assets.notFound' })
      await assert.rejects(create({ clipId: 'clip_of_others' }), { code: 'clips.notFound' })
      const { id: draftId } = await create({})
      const change = { actor: editor, draftId, version: 1, assetIds: ['asset_of_others'] }
      await assert.rejects(updateDraft({ db }, change), { code: 'assets.notFound' })
    }))

  test('is made once by a run for a clip, however often the run repeats itself', () =>
    withDb(async (db) => {
      const actor = systemActor('processRecording', 'ws_1')
      const input = { actor, title: 'Bees', clipId: 'clip_1', runId: 'run_1' }
      const first = await createDraft({ db }, input)
      const replay = await createDraft({ db }, { ...input, title: 'Other words' })
      const otherClip = await createDraft({ db }, { ...input, clipId: 'clip_2' })
      assert.equal(replay.id, first.id)
      assert.equal(replay.title, 'Bees')
      assert.notEqual(otherClip.id, first.id)
      assert.equal((await listDrafts({ db }, { actor: editor, limit: 50 })).items.length, 2)
      const told = await db.select().from(events).where(eq(events.subjectId, first.id))
      assert.equal(told.length, 1)
    }))

  test('without a run may have the same title as another', () =>
    withDb(async (db) => {
      const [a, b] = [
        await createDraft({ db }, { actor: editor, title: 'x' }),
        await createDraft({ db }, { actor: editor, title: 'x' }),
      ]
      assert.notEqual(a.id, b.id)
    }))

  test('cannot have an empty or endless title', () =>
    withDb(async (db) => {
      for (const title of ['', '   ', 'x'.repeat(301), 'x'.repeat(1_000_000)]) {
        await assert.rejects(createDraft({ db }, { actor: editor, title }), { code: 'drafts.invalid' })
      }
    }))

  test('is neither seen nor changed from another workspace, nor by those who may not', () =>
    withDb(async (db) => {
      const { id: draftId } = await createDraft({ db }, { actor: editor, title: 'Bees' })
      await assert.rejects(getDraft({ db }, { actor: stranger, draftId }), { code: 'drafts.notFound' })
      const change = { draftId, version: 1, title: 'Mine' }
      await assert.rejects(updateDraft({ db }, { actor: stranger, ...change }), { code: 'drafts.notFound' })
      await assert.rejects(updateDraft({ db }, { actor: viewer, ...change }), { code: 'access.forbidden' })
      await assert.rejects(createDraft({ db }, { actor: viewer, title: 'x' }), { code: 'access.forbidden' })
      assert.deepEqual((await listDrafts({ db }, { actor: stranger, limit: 50 })).items, [])
    }))

  test('changed by two at once keeps the first change and tells the second both versions', () =>
    withDb(async (db) => {
      const { id: draftId } = await createDraft({ db }, { actor: editor, title: 'Bees' })
      const first = await updateDraft({ db }, { actor: editor, draftId, version: 1, title: 'Bees dance' })
      assert.equal(first.version, 2)
      await assert.rejects(
        updateDraft({ db }, { actor: editor, draftId, version: 1, title: 'Bees sleep' }),
        (error) => {
          const { code, detail } = error as { code: string; detail: Record<string, unknown> }
          assert.equal(code, 'http.stale')
          assert.equal(detail['yours'], 1)
          assert.equal(detail['current'], 2)
          assert.deepEqual(detail['resource'], first)
          return true
        },
      )
    }))
})

describe('the stages of a draft', () => {
  test('allow exactly the moves of the table', () =>
    withDb(async (db) => {
      for (const from of draftStages) {
        for (const to of draftStages) {
          const draft = await atStage(db, from)
          const move = updateDraft(
            { db },
            { actor: editor, draftId: draft.id, version: draft.version, stage: to },
          )
          if (from === to || draftTransitions[from].includes(to)) assert.equal((await move).stage, to)
          else await assert.rejects(move, { code: 'drafts.wrongStage' }, `${from} → ${to}`)
        }
      }
    }))

  test('hide an archived draft from the list, not from those who ask for it', () =>
    withDb(async (db) => {
      const kept = await createDraft({ db }, { actor: editor, title: 'kept' })
      const gone = await createDraft({ db }, { actor: editor, title: 'gone' })
      await archiveDraft({ db }, { actor: editor, draftId: gone.id, version: 1 })
      const ids = async (stage?: 'archived') =>
        (await listDrafts({ db }, { actor: editor, limit: 50, stage })).items.map((draft) => draft.id)
      assert.deepEqual(await ids(), [kept.id])
      assert.deepEqual(await ids('archived'), [gone.id])
    }))
})

describe('the routes of drafts', () => {
  test('make, page, change and archive a draft', () =>
    withDb(async (db) => {
      const app = appOn(db, editor)
      const post = (title: string) =>
        app.request('/api/v1/drafts', { method: 'POST', headers: json, body: JSON.stringify({ title }) })
      const made = await post('one')
      assert.equal(made.status, 201)
      assert.equal(made.headers.get('etag'), '"v1"')
      const { id } = (await made.json()) as { id: string }
      await post('two')
      await post('three')

      type Body = { items: Array<{ title: string }>; nextCursor: string | null }
      const first = (await (await app.request('/api/v1/drafts?limit=2')).json()) as Body
      const rest = (await (
        await app.request(`/api/v1/drafts?limit=2&cursor=${first.nextCursor}`)
      ).json()) as Body
      assert.deepEqual(
        [...first.items, ...rest.items].map((item) => item.title),
        ['three', 'two', 'one'],
      )
      assert.equal(rest.nextCursor, null)

      const patch = (version: string, body: unknown) =>
        app.request(`/api/v1/drafts/${id}`, {
          method: 'PATCH',
          headers: { ...json, 'if-match': version },
          body: JSON.stringify(body),
        })
      assert.equal((await patch('"v1"', { title: 'uno' })).headers.get('etag'), '"v2"')
      assert.equal((await patch('"v1"', { title: 'eins' })).status, 412)
      assert.equal((await patch('"v2"', { stage: 'published' })).status, 400)
      assert.equal((await patch('"v2"', { colour: 'red' })).status, 400)
      const noMatch = await app.request(`/api/v1/drafts/${id}/archive`, { method: 'POST' })
      assert.equal(noMatch.status, 428)
      const archived = await app.request(`/api/v1/drafts/${id}/archive`, {
        method: 'POST',
        headers: { 'if-match': '"v2"' },
      })
      assert.equal(((await archived.json()) as { stage: string }).stage, 'archived')
    }))

  test('make one draft for a repeated Idempotency-Key', () =>
    withDb(async (db) => {
      const app = appOn(db, editor)
      const post = () =>
        app.request('/api/v1/drafts', {
          method: 'POST',
          headers: { ...json, 'idempotency-key': 'once' },
          body: JSON.stringify({ title: 'one' }),
        })
      const [a, b] = [await (await post()).json(), await (await post()).json()]
      assert.deepEqual(a, b)
      assert.equal((await listDrafts({ db }, { actor: editor, limit: 50 })).items.length, 1)
    }))
})

const json = { 'content-type': 'application/json' }

function appOn(db: Db, actor: Actor) {
  const config = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
  const app = createHttp({ log: silentLog(), config, db, authenticate: async () => actor })
  app.route('/api/v1', draftRoutes({ db }))
  return app
}

async function atStage(db: Db, stage: (typeof draftStages)[number]) {
  let draft = await createDraft({ db }, { actor: editor, title: stage, stage: 'saved' })
  const paths = {
    saved: [],
    draft: ['draft'],
    scheduled: ['draft', 'scheduled'],
    published: ['draft', 'scheduled', 'published'],
    archived: ['archived'],
  } as const
  for (const step of paths[stage]) {
    draft = await updateDraft(
      { db },
      { actor: editor, draftId: draft.id, version: draft.version, stage: step },
    )
  }
  return draft
}
