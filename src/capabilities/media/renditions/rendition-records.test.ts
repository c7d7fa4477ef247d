import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import type { Actor } from '../../../kernel/actor.ts'
import { withDb } from '../../../platform/db/test-db.ts'
import { getRun } from '../../../platform/durable/index.ts'
import { events } from '../../../platform/events/schema.ts'
import { createHttp } from '../../../platform/http/create-http.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { localStorage } from '../../../providers/storage/index.ts'
import { type AssetDeps, createAssetFromFile, saveAssetFacts } from '../../assets/index.ts'
import { listNotifications } from '../../notifications/index.ts'
import { createRendition } from './create-rendition.ts'
import { deleteRendition } from './delete-rendition.ts'
import { failRendition } from './fail-rendition.ts'
import { getRendition, listRenditions } from './list-renditions.ts'
import { renditionRoutes } from './rendition-routes.ts'

const all = [
  'media.read',
  'media.write',
  'assets.read',
  'assets.write',
  'runs.read',
  'runs.write',
  'notifications.read',
]
const editor: Actor = { kind: 'person', id: 'person_1', workspaceId: 'ws_1', permissions: new Set(all) }
const stranger: Actor = { ...editor, workspaceId: 'ws_2' }
const viewer: Actor = { ...editor, permissions: new Set(['media.read', 'assets.read']) }

/** A workspace with one recording of 100 s in it. Nothing here looks into its bytes. */
async function withRecording(check: (deps: AssetDeps, assetId: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'renditions-'))
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

const failure = (code: string) => ({ code, message: 'It is too bad.', help: 'Mend it.', retryable: false })

describe('a rendition', () => {
  test('is recorded with its run, and the same wish gives the same one', () =>
    withRecording(async (deps, assetId) => {
      const one = await createRendition(deps, { actor: editor, assetId, preset: 'youtube' })
      assert.deepEqual([one.state, one.preset, one.fileUrl], ['queued', 'youtube', null])
      const run = await getRun(deps.db, { actor: editor, runId: one.runId! })
      assert.deepEqual([run.workflow, run.title], ['renditionMake', 'YouTube from "talk.mp4"'])
      assert.deepEqual(await createRendition(deps, { actor: editor, assetId, preset: 'youtube' }), one)
      const other = await createRendition(deps, { actor: editor, assetId, preset: 'x', minScore: 0.9 })
      const { items } = await listRenditions(deps, { actor: viewer, limit: 50, assetId })
      assert.deepEqual(
        items.map(({ id }) => id),
        [other.id, one.id],
      )
    }))

  test('that a destination would refuse is not begun', () =>
    withRecording(async (deps, assetId) => {
      await saveAssetFacts(deps.db, { actor: editor, assetId, facts: { durationMs: 150_000 } })
      await assert.rejects(createRendition(deps, { actor: editor, assetId, preset: 'x' }), {
        code: 'renditions.tooLong',
      })
      assert.equal((await listRenditions(deps, { actor: editor, limit: 50 })).items.length, 0)
    }))

  test('is neither seen, made nor deleted from another workspace, nor made by a viewer', () =>
    withRecording(async (deps, assetId) => {
      const { id: renditionId } = await createRendition(deps, { actor: editor, assetId, preset: 'youtube' })
      const missing = { code: 'renditions.notFound' }
      await assert.rejects(getRendition(deps, { actor: stranger, renditionId }), missing)
      await assert.rejects(deleteRendition(deps, { actor: stranger, renditionId }), missing)
      await assert.rejects(createRendition(deps, { actor: stranger, assetId, preset: 'youtube' }), {
        code: 'assets.notFound',
      })
      const forbidden = { code: 'access.forbidden' }
      await assert.rejects(createRendition(deps, { actor: viewer, assetId, preset: 'youtube' }), forbidden)
      await assert.rejects(deleteRendition(deps, { actor: viewer, renditionId }), forbidden)
      assert.equal((await listRenditions(deps, { actor: stranger, limit: 50 })).items.length, 0)
    }))

  test('that failed says why, tells the workspace once, and can be asked for again', () =>
    withRecording(async (deps, assetId) => {
      const one = await createRendition(deps, { actor: editor, assetId, preset: 'youtube' })
      const noted = { actor: editor, renditionId: one.id, failure: failure('renditions.lowQuality') }
      await failRendition(deps, noted)
      await failRendition(deps, noted)
      const failed = await getRendition(deps, { actor: editor, renditionId: one.id })
      assert.deepEqual([failed.state, failed.error?.code], ['failed', 'renditions.lowQuality'])
      assert.equal((await listNotifications(deps, { actor: editor, limit: 9 })).items.length, 1)
      const told = await deps.db.select().from(events).where(eq(events.subjectId, one.id)).orderBy(events.seq)
      assert.deepEqual(
        told.map(({ type }) => type),
        ['rendition.queued', 'rendition.failed'],
      )
      assert.notEqual((await createRendition(deps, { actor: editor, assetId, preset: 'youtube' })).id, one.id)
    }))

  test('that is deleted takes its run along', () =>
    withRecording(async (deps, assetId) => {
      const one = await createRendition(deps, { actor: editor, assetId, preset: 'prores' })
      await deleteRendition(deps, { actor: editor, renditionId: one.id })
      assert.equal((await getRun(deps.db, { actor: editor, runId: one.runId! })).state, 'cancelled')
    }))
})

test('the routes of renditions make, show, list and delete, and say what there is to choose from', () =>
  withRecording(async (deps, assetId) => {
    const app = createHttp({
      log: silentLog(),
      db: deps.db,
      config: { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 100_000 },
      authenticate: async () => editor,
    })
    app.route('/api/v1', renditionRoutes(deps))
    const request = (method: string, path: string, body?: unknown) =>
      app.request(`/api/v1${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { 'content-type': 'application/json' },
      })
    const made = await request('POST', '/renditions', { assetId, preset: 'linkedin' })
    assert.equal(made.status, 202)
    const { id } = (await made.json()) as { id: string }
    assert.equal((await request('GET', `/renditions/${id}`)).status, 200)
    const list = (await (await request('GET', `/renditions?assetId=${assetId}`)).json()) as {
      items: unknown[]
    }
    assert.equal(list.items.length, 1)
    assert.equal((await request('POST', '/renditions', { assetId, preset: 'betamax' })).status, 400)
    assert.equal((await request('DELETE', `/renditions/${id}`)).status, 204)
    assert.equal((await request('GET', `/renditions/${id}`)).status, 404)
    const presets = (await (await request('GET', '/rendition-presets')).json()) as {
      items: Array<{ name: string; limits: unknown[] }>
    }
    assert.ok(presets.items.find(({ name }) => name === 'instagram-reel')!.limits.length > 5)
    assert.ok(presets.items.some(({ name }) => name === 'dnxhr-mxf'))
  }))
