import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { cancelRun, defineWorkflow, getRun, startRun } from '../../platform/durable/index.ts'
import { events } from '../../platform/events/schema.ts'
import { createHttp } from '../../platform/http/create-http.ts'
import { silentLog } from '../../platform/log/log.ts'
import { localStorage } from '../../providers/storage/index.ts'
import { type AssetDeps, createAssetFromFile, saveAssetFacts } from '../assets/index.ts'
import {
  clipRoutes,
  createClip,
  deleteClip,
  discardClips,
  failClip,
  getClip,
  listClips,
  planClips,
  recutClip,
  suggestClips,
} from './index.ts'
import { clips } from './schema.ts'

const all = ['clips.read', 'clips.write', 'assets.read', 'assets.write', 'runs.read', 'runs.write']
const editor: Actor = { kind: 'person', id: 'person_1', workspaceId: 'ws_1', permissions: new Set(all) }
const stranger: Actor = { ...editor, workspaceId: 'ws_2' }
const viewer: Actor = { ...editor, permissions: new Set(['clips.read', 'assets.read']) }

/** A workspace with one recording of 100 s in it. The bytes are no video: nothing here looks into them. */
async function withRecording(check: (deps: AssetDeps, assetId: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'clips-'))
  try {
    await withDb(async (db) => {
      const storage = localStorage(join(home, 'objects'))
      const deps: AssetDeps = { db, storage, home, secret: 'test', quotaBytes: () => 1e9, log: silentLog() }
      const path = join(home, 'talk.mp4')
      await writeFile(path, `recording ${home}`)
      const asset = await createAssetFromFile(deps, {
        actor: editor,
        path,
        name: 'talk.mp4',
        kind: 'recording',
      })
      await saveAssetFacts(db, { actor: editor, assetId: asset.id, facts: { durationMs: 100_000 } })
      await check(deps, asset.id)
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

const eventTypes = async (db: Db, subjectId: string) =>
  (await db.select().from(events).where(eq(events.subjectId, subjectId)).orderBy(events.seq)).map(
    ({ type }) => type,
  )

describe('a clip', () => {
  test('is recorded together with the run that cuts it', () =>
    withRecording(async (deps, assetId) => {
      const clip = await createClip(deps, { actor: editor, assetId, startMs: 12_500, endMs: 20_000 })
      assert.equal(clip.state, 'queued')
      assert.equal(clip.title, 'talk 00:00:12.500')
      assert.equal(clip.durationMs, 7_500)
      assert.equal(clip.fileUrl, null)
      const run = await getRun(deps.db, { actor: editor, runId: clip.runId! })
      assert.deepEqual([run.workflow, run.subjectId, run.input], ['cutClip', clip.id, { clipId: clip.id }])
      assert.deepEqual(await getClip(deps, { actor: viewer, clipId: clip.id }), clip)
      assert.deepEqual(await eventTypes(deps.db, clip.id), ['clip.queued'])
    }))

  for (const [why, startMs, endMs, code] of [
    ['reversed', 20_000, 10_000, 'clips.badRange'],
    ['empty', 20_000, 20_000, 'clips.badRange'],
    ['not a number', Number.NaN, 20_000, 'clips.badRange'],
    ['without end', 0, Number.POSITIVE_INFINITY, 'clips.badRange'],
    ['before the recording', -1, 10, 'clips.badRange'],
    ['beyond the end', 90_000, 101_000, 'clips.outOfRange'],
    ['wholly beyond the end', 200_000, 201_000, 'clips.outOfRange'],
  ] as const) {
    test(`with a range that is ${why} is refused, and nothing is recorded`, () =>
      withRecording(async (deps, assetId) => {
        await assert.rejects(createClip(deps, { actor: editor, assetId, startMs, endMs }), { code })
        assert.equal((await listClips(deps, { actor: editor, limit: 50 })).items.length, 0)
      }))
  }

  test('of a recording in another workspace is refused', () =>
    withRecording(async (deps, assetId) => {
      const wish = { actor: stranger, assetId, startMs: 0, endMs: 1_000 }
      await assert.rejects(createClip(deps, wish), { code: 'assets.notFound' })
    }))

  test('is neither seen, cut again nor deleted from another workspace, nor changed by a viewer', () =>
    withRecording(async (deps, assetId) => {
      const { id: clipId } = await createClip(deps, { actor: editor, assetId, startMs: 0, endMs: 1_000 })
      const missing = { code: 'clips.notFound' }
      await assert.rejects(getClip(deps, { actor: stranger, clipId }), missing)
      await assert.rejects(recutClip(deps, { actor: stranger, clipId, version: 1 }), missing)
      await assert.rejects(deleteClip(deps, { actor: stranger, clipId }), missing)
      await assert.rejects(deleteClip(deps, { actor: viewer, clipId }), { code: 'access.forbidden' })
      assert.equal((await listClips(deps, { actor: stranger, limit: 50 })).items.length, 0)
    }))

  test('is cut again only from the version seen, and not while it is being cut', () =>
    withRecording(async (deps, assetId) => {
      const clip = await createClip(deps, { actor: editor, assetId, startMs: 0, endMs: 1_000 })
      const wish = { actor: editor, clipId: clip.id, version: 1, endMs: 2_000 }
      await assert.rejects(recutClip(deps, wish), { code: 'clips.busy' })
      await failClip(deps, { actor: editor, clipId: clip.id, failure: failure('clips.damaged') })
      await assert.rejects(recutClip(deps, { ...wish, version: 7 }), { code: 'http.stale' })
      await assert.rejects(recutClip(deps, { ...wish, endMs: 0 }), { code: 'clips.badRange' })
      const again = await recutClip(deps, wish)
      assert.deepEqual([again.state, again.endMs, again.version, again.error], ['queued', 2_000, 2, null])
      assert.notEqual(again.runId, clip.runId)
    }))

  test('that could not be cut says why; a cancelled one is just cancelled', () =>
    withRecording(async (deps, assetId) => {
      const one = await createClip(deps, { actor: editor, assetId, startMs: 0, endMs: 1_000 })
      const two = await createClip(deps, { actor: editor, assetId, startMs: 0, endMs: 1_000 })
      await failClip(deps, { actor: editor, clipId: one.id, failure: failure('clips.damaged') })
      await failClip(deps, { actor: editor, clipId: two.id, failure: failure('durable.cancelled') })
      const failed = await getClip(deps, { actor: editor, clipId: one.id })
      assert.deepEqual([failed.state, failed.error?.code], ['failed', 'clips.damaged'])
      const cancelled = await getClip(deps, { actor: editor, clipId: two.id })
      assert.deepEqual([cancelled.state, cancelled.error], ['cancelled', null])
    }))

  test('that is deleted takes its run along', () =>
    withRecording(async (deps, assetId) => {
      const clip = await createClip(deps, { actor: editor, assetId, startMs: 0, endMs: 1_000 })
      await deleteClip(deps, { actor: editor, clipId: clip.id })
      assert.equal((await getRun(deps.db, { actor: editor, runId: clip.runId! })).state, 'cancelled')
      await assert.rejects(getClip(deps, { actor: editor, clipId: clip.id }), { code: 'clips.notFound' })
      assert.deepEqual(await eventTypes(deps.db, clip.id), ['clip.queued', 'clip.deleted'])
    }))

  test('whose run was cancelled before can still be deleted', () =>
    withRecording(async (deps, assetId) => {
      const clip = await createClip(deps, { actor: editor, assetId, startMs: 0, endMs: 1_000 })
      await cancelRun(deps.db, { actor: editor, runId: clip.runId! })
      await deleteClip(deps, { actor: editor, clipId: clip.id })
    }))
})

describe('files of deleted clips', () => {
  test('go with the last clip that shares them', () =>
    withRecording(async (deps, assetId) => {
      const one = await createClip(deps, { actor: editor, assetId, startMs: 0, endMs: 1_000 })
      const two = await createClip(deps, { actor: editor, assetId, startMs: 0, endMs: 1_000 })
      const path = join(deps.home, 'cut.mp4')
      await writeFile(path, `cut ${deps.home}`)
      const file = await createAssetFromFile(deps, { actor: editor, path, name: 'cut.mp4', kind: 'clip' })
      await deps.db.update(clips).set({ fileAssetId: file.id, state: 'processed' })
      await deleteClip(deps, { actor: editor, clipId: one.id })
      const kept = await getClip(deps, { actor: editor, clipId: two.id })
      assert.match(kept.fileUrl!, /^\/d\//)
      await deleteClip(deps, { actor: editor, clipId: two.id })
      assert.equal(await deps.storage.head(`assets/ws_1/${file.sha256}`), undefined)
    }))

  test('that somebody deleted by themselves leave a clip without links', () =>
    withRecording(async (deps, assetId) => {
      const { id } = await createClip(deps, { actor: editor, assetId, startMs: 0, endMs: 1_000 })
      await deps.db.update(clips).set({ fileAssetId: 'asset_gone', state: 'processed' })
      assert.equal((await getClip(deps, { actor: editor, clipId: id })).fileUrl, null)
    }))
})

describe('clips planned by a run', () => {
  test('are recorded once, in order, and discarded together, while the run goes on', () =>
    withRecording(async (deps, assetId) => {
      const workflow = defineWorkflow({
        name: 'testProduction',
        version: 1,
        title: 'Test',
        input: z.object({}),
        output: z.object({}),
        stages: [{ name: 'all', label: 'All', weight: 1 }],
      })
      const subject = { workspaceId: 'ws_1', actor: editor, input: {}, subjectId: 'prod_1' }
      const { id: runId } = await startRun(deps.db, { workflow, ...subject })
      const suggestions = suggestClips({ durationMs: 100_000, silences: [], scenes: [] })
      const plan = { actor: editor, assetId, runId, title: 'Talk', suggestions }
      const ids = await planClips(deps.db, plan)
      assert.equal(ids.length, 3)
      assert.deepEqual(await planClips(deps.db, plan), ids)
      const { items } = await listClips(deps, { actor: editor, limit: 50, runId })
      assert.deepEqual(items.map(({ id }) => id).sort(), [...ids].sort())
      assert.match(items.at(-1)!.title, /^Talk · Clip \d/)
      assert.deepEqual((await discardClips(deps, { actor: editor, runId })).sort(), [...ids].sort())
      assert.deepEqual(await discardClips(deps, { actor: editor, runId }), [])
      assert.equal((await getRun(deps.db, { actor: editor, runId })).state, 'queued')
    }))
})

describe('the routes of clips', () => {
  const request = (deps: AssetDeps, method: string, path: string, body?: unknown, headers = {}) => {
    const app = createHttp({
      log: silentLog(),
      db: deps.db,
      config: { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 100_000 },
      authenticate: async () => editor,
    })
    app.route('/api/v1', clipRoutes(deps))
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    return app.request(`/api/v1${path}`, {
      method,
      ...init,
      headers: { 'content-type': 'application/json', ...headers },
    })
  }

  test('make, show, list, cut again and delete', () =>
    withRecording(async (deps, assetId) => {
      const made = await request(deps, 'POST', '/clips', { assetId, startMs: 0, endMs: 1_000, title: 'Bees' })
      assert.equal(made.status, 202)
      assert.equal(made.headers.get('etag'), '"v1"')
      const { id } = (await made.json()) as { id: string }
      const list = (await (await request(deps, 'GET', `/clips?assetId=${assetId}`)).json()) as {
        items: { id: string }[]
      }
      assert.deepEqual(
        list.items.map((item) => item.id),
        [id],
      )
      assert.equal((await request(deps, 'POST', `/clips/${id}/recut`, { endMs: 2_000 })).status, 428)
      const busy = await request(deps, 'POST', `/clips/${id}/recut`, { endMs: 2_000 }, { 'if-match': '"v1"' })
      assert.equal(busy.status, 409)
      assert.equal((await request(deps, 'DELETE', `/clips/${id}`)).status, 204)
      assert.equal((await request(deps, 'GET', `/clips/${id}`)).status, 404)
    }))

  test('refuse what is no clip by naming the field or the failure', () =>
    withRecording(async (deps, assetId) => {
      const reversed = await request(deps, 'POST', '/clips', { assetId, startMs: 5, endMs: 1 })
      assert.equal(reversed.status, 422)
      assert.equal(((await reversed.json()) as { code: string }).code, 'clips.badRange')
      for (const body of [
        { assetId, startMs: 'NaN', endMs: 1 },
        { assetId, startMs: 0 },
        { assetId, startMs: 0, endMs: 1, title: 'x'.repeat(1_000) },
        { assetId, startMs: 0, endMs: 1, extra: true },
      ]) {
        const answer = await request(deps, 'POST', '/clips', body)
        assert.equal(answer.status >= 400 && answer.status < 500, true, JSON.stringify(body))
      }
    }))
})

function failure(code: string) {
  return { code, message: 'It broke.', help: 'Mend it.', retryable: false }
}
