import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import type { Actor } from '../../../kernel/actor.ts'
import { AppError } from '../../../kernel/errors.ts'
import { withDb } from '../../../platform/db/test-db.ts'
import { getRun } from '../../../platform/durable/index.ts'
import { events } from '../../../platform/events/schema.ts'
import { createHttp } from '../../../platform/http/create-http.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { localStorage } from '../../../providers/storage/index.ts'
import { type AssetDeps, createAssetFromFile, saveAssetFacts } from '../../assets/index.ts'
import { listNotifications } from '../../notifications/index.ts'
import { createClip } from '../create-clip.ts'
import { deleteClip } from '../delete-clip.ts'
import { failClip } from '../discard-clips.ts'
import { listClips } from '../list-clips.ts'
import { clipRoutes } from '../routes.ts'
import { clips } from '../schema.ts'
import { overallState } from './batch.ts'
import { clipBatchRoutes } from './batch-routes.ts'
import { cancelBatch, cancelClip } from './cancel-batch.ts'
import { createBatch } from './create-batch.ts'
import { endBatch } from './end-batch.ts'
import { getBatch, listBatches } from './get-batch.ts'
import { retryBatch } from './retry-batch.ts'

const all = ['clips.read', 'clips.write', 'assets.read', 'assets.write', 'runs.read', 'notifications.read']
const editor: Actor = { kind: 'person', id: 'person_1', workspaceId: 'ws_1', permissions: new Set(all) }
const stranger: Actor = { ...editor, workspaceId: 'ws_2' }
const viewer: Actor = { ...editor, permissions: new Set(['clips.read', 'assets.read']) }
const damaged = { code: 'clips.damaged', message: 'No', help: 'Help', retryable: false }

/** A workspace with one recording of 100 s in it. The bytes are no video: nothing here looks into them. */
async function withRecording(check: (deps: AssetDeps, assetId: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'batches-'))
  try {
    await withDb(async (db) => {
      const storage = localStorage(join(home, 'objects'))
      const deps: AssetDeps = { db, storage, home, secret: 'test', quotaBytes: () => 1e9, log: silentLog() }
      const path = join(home, 'talk.mp4')
      await writeFile(path, `recording ${home}`)
      const file = { actor: editor, path, name: 'talk.mp4', kind: 'recording' } as const
      const asset = await createAssetFromFile(deps, file)
      await saveAssetFacts(db, { actor: editor, assetId: asset.id, facts: { durationMs: 100_000 } })
      await check(deps, asset.id)
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

const threeOf = (assetId: string) =>
  [10_000, 20_000, 30_000].map((startMs) => ({ assetId, startMs, endMs: startMs + 5_000 }))

describe('a batch of clips', () => {
  test('that is finished can be tried again: only what failed or was cancelled, in a run of its own', () =>
    withRecording(async (deps, assetId) => {
      const batch = await createBatch(deps, { actor: editor, clips: threeOf(assetId) })
      const { id: batchId } = batch
      await assert.rejects(retryBatch(deps, { actor: editor, batchId }), { code: 'clipBatches.unfinished' })
      const [first, second] = batch.clips
      await deps.db.update(clips).set({ state: 'processed' }).where(eq(clips.id, first!.id))
      await failClip(deps, { actor: editor, clipId: second!.id, failure: damaged })
      await cancelBatch(deps, { actor: editor, batchId })
      const again = await retryBatch(deps, { actor: editor, batchId })
      assert.deepEqual([again.state, again.finishedAt, again.counts.queued], ['queued', null, 2])
      assert.notEqual(again.runId, batch.runId)
      assert.deepEqual(
        again.clips.map(({ state, runId }) => [state, runId === again.runId]),
        [
          ['processed', false],
          ['queued', true],
          ['queued', true],
        ],
      )
      await deps.db.update(clips).set({ state: 'processed' })
      await endBatch(deps.db, { actor: editor, batchId })
      await assert.rejects(retryBatch(deps, { actor: editor, batchId }), {
        code: 'clipBatches.nothingToRetry',
      })
      await assert.rejects(retryBatch(deps, { actor: stranger, batchId }), { code: 'clipBatches.notFound' })
    }))

  test('is recorded with its clips, in order, and the run that cuts them', () =>
    withRecording(async (deps, assetId) => {
      const order = { actor: editor, name: 'Highlights', concurrency: 3, clips: threeOf(assetId) }
      const batch = await createBatch(deps, order)
      assert.deepEqual([batch.state, batch.name, batch.counts.total], ['queued', 'Highlights', 3])
      assert.deepEqual(
        batch.clips.map(({ startMs, state, runId }) => [startMs, state, runId]),
        [10_000, 20_000, 30_000].map((startMs) => [startMs, 'queued', batch.runId]),
      )
      const run = await getRun(deps.db, { actor: editor, runId: batch.runId })
      const clipIds = batch.clips.map(({ id }) => id)
      assert.deepEqual(run.input, { batchId: batch.id, clipIds, concurrency: 3 })
      const { items } = await listBatches(deps, { actor: viewer, limit: 9 })
      assert.deepEqual(
        items.map(({ id }) => id),
        [batch.id],
      )
    }))

  test('is refused as a whole, with every bad row and its code, and nothing is recorded', () =>
    withRecording(async (deps, assetId) => {
      const good = threeOf(assetId)
      const rows = [
        good[0]!,
        { assetId, startMs: 9_000, endMs: 8_000 },
        { assetId: 'asset_none', startMs: 0, endMs: 1 },
        { assetId, startMs: Number.NaN, endMs: 1 },
        good[1]!,
        { assetId, startMs: 90_000, endMs: 200_000 },
      ]
      await assert.rejects(createBatch(deps, { actor: editor, clips: rows }), (error) => {
        assert.ok(error instanceof AppError)
        assert.equal(error.code, 'clipBatches.invalid')
        const named = error.detail!['rows'] as Array<{ index: number; code: string }>
        assert.deepEqual(
          named.map(({ index, code }) => [index, code]),
          [
            [1, 'clips.badRange'],
            [2, 'assets.notFound'],
            [3, 'clips.badRange'],
            [5, 'clips.outOfRange'],
          ],
        )
        return true
      })
      assert.equal((await listClips(deps, { actor: editor, limit: 9 })).items.length, 0)
      assert.equal((await listBatches(deps, { actor: editor, limit: 9 })).items.length, 0)
    }))

  test('is neither seen nor cancelled from another workspace, nor made or cancelled by a viewer', () =>
    withRecording(async (deps, assetId) => {
      const order = { clips: threeOf(assetId) }
      const { id: batchId, clips: made } = await createBatch(deps, { actor: editor, ...order })
      const missing = { code: 'clipBatches.notFound' }
      const forbidden = { code: 'access.forbidden' }
      const clipId = made[0]!.id
      await assert.rejects(getBatch(deps, { actor: stranger, batchId }), missing)
      await assert.rejects(cancelBatch(deps, { actor: stranger, batchId }), missing)
      await assert.rejects(cancelClip(deps, { actor: stranger, clipId }), { code: 'clips.notFound' })
      await assert.rejects(createBatch(deps, { actor: viewer, ...order }), forbidden)
      await assert.rejects(cancelBatch(deps, { actor: viewer, batchId }), forbidden)
      await assert.rejects(cancelClip(deps, { actor: viewer, clipId }), forbidden)
    }))

  test('ends in part when some failed, and tells the workspace once', () =>
    withRecording(async (deps, assetId) => {
      const batch = await createBatch(deps, { actor: editor, clips: threeOf(assetId) })
      const [first, second, third] = batch.clips
      for (const { id } of [first!, third!])
        await deps.db.update(clips).set({ state: 'processed' }).where(eq(clips.id, id))
      await failClip(deps, { actor: editor, clipId: second!.id, failure: damaged })
      const end = { actor: editor, batchId: batch.id }
      assert.equal(await endBatch(deps.db, end), 'partial')
      assert.equal(await endBatch(deps.db, end), 'partial')
      const told = await deps.db.select().from(events).where(eq(events.type, 'clips.batchFinished'))
      assert.deepEqual(
        told.map(({ subjectId, data }) => [subjectId, data['state'], data['failed']]),
        [[batch.id, 'partial', 1]],
      )
      const notes = (await listNotifications(deps, { actor: editor, limit: 9 })).items
      assert.deepEqual(
        notes.map(({ kind, title }) => [kind, title]),
        [['clips.batchFinished', '"3 clips" is ready in part']],
      )
      await assert.rejects(cancelBatch(deps, end), { code: 'clipBatches.finished' })
    }))

  test('that is cancelled keeps what is finished and ends its run', () =>
    withRecording(async (deps, assetId) => {
      const batch = await createBatch(deps, { actor: editor, clips: threeOf(assetId) })
      await deps.db.update(clips).set({ state: 'processed' }).where(eq(clips.id, batch.clips[0]!.id))
      const over = await cancelBatch(deps, { actor: editor, batchId: batch.id })
      assert.deepEqual([over.state, over.counts.processed, over.counts.cancelled], ['cancelled', 1, 2])
      assert.ok(over.finishedAt)
      assert.equal((await getRun(deps.db, { actor: editor, runId: batch.runId })).state, 'cancelled')
      assert.deepEqual(await cancelBatch(deps, { actor: editor, batchId: batch.id }), over)
    }))

  test('counts a deleted clip as cancelled', () =>
    withRecording(async (deps, assetId) => {
      const batch = await createBatch(deps, { actor: editor, clips: threeOf(assetId) })
      await deleteClip(deps, { actor: editor, clipId: batch.clips[1]!.id })
      const { counts, clips: left } = await getBatch(deps, { actor: editor, batchId: batch.id })
      assert.deepEqual([counts.total, counts.cancelled, left.length], [3, 1, 2])
      assert.equal((await getRun(deps.db, { actor: editor, runId: batch.runId })).state, 'queued')
    }))

  for (const [state, processed, failed, gone] of [
    ['processed', 3, 0, 0],
    ['partial', 2, 1, 0],
    ['partial', 2, 0, 1],
    ['failed', 0, 1, 2],
    ['cancelled', 0, 0, 3],
  ] as const) {
    test(`with ${processed} cut, ${failed} failed and ${gone} cancelled is ${state}`, () => {
      const counts = { total: 3, queued: 0, processing: 0, processed, failed, cancelled: gone }
      assert.equal(overallState(counts), state)
    })
  }
})

describe('cancelling one clip', () => {
  test('leaves the others of its batch, and their run', () =>
    withRecording(async (deps, assetId) => {
      const batch = await createBatch(deps, { actor: editor, clips: threeOf(assetId) })
      const clipId = batch.clips[1]!.id
      assert.equal((await cancelClip(deps, { actor: editor, clipId })).state, 'cancelled')
      assert.equal((await cancelClip(deps, { actor: editor, clipId })).state, 'cancelled')
      const { counts, runId } = await getBatch(deps, { actor: editor, batchId: batch.id })
      assert.deepEqual([counts.queued, counts.cancelled], [2, 1])
      assert.equal((await getRun(deps.db, { actor: editor, runId })).state, 'queued')
    }))

  test('of its own ends its run; a finished one is refused', () =>
    withRecording(async (deps, assetId) => {
      const clip = await createClip(deps, { actor: editor, assetId, startMs: 0, endMs: 1_000 })
      await cancelClip(deps, { actor: editor, clipId: clip.id })
      assert.equal((await getRun(deps.db, { actor: editor, runId: clip.runId! })).state, 'cancelled')
      await failClip(deps, { actor: editor, clipId: clip.id, failure: damaged })
      await assert.rejects(cancelClip(deps, { actor: editor, clipId: clip.id }), {
        code: 'clipBatches.clipFinished',
      })
    }))
})

test('the routes make, list, show and cancel, beside those of single clips', () =>
  withRecording(async (deps, assetId) => {
    const config = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
    const { db } = deps
    const app = createHttp({ log: silentLog(), config, db, authenticate: async () => editor })
    app.route('/api/v1', clipBatchRoutes(deps))
    app.route('/api/v1', clipRoutes(deps))
    const call = async (method: string, path: string, body?: unknown) => {
      const headers = { 'content-type': 'application/json' }
      const text = body === undefined ? null : JSON.stringify(body)
      const response = await app.request(`/api/v1/clips${path}`, { method, headers, body: text })
      return { status: response.status, json: (await response.json()) as Record<string, unknown> }
    }
    assert.equal((await call('POST', '/batches', { clips: [] })).status, 400)
    const bad = await call('POST', '/batches', { clips: [{ assetId, startMs: 5, endMs: 1 }] })
    assert.equal(bad.status, 422)
    assert.match(JSON.stringify(bad.json), /"rows":\[\{"index":0,"code":"clips.badRange"/)
    const made = await call('POST', '/batches', { clips: threeOf(assetId) })
    assert.equal(made.status, 202)
    const batchId = String(made.json['id'])
    assert.equal(((await call('GET', '/batches')).json['items'] as unknown[]).length, 1)
    assert.equal((await call('GET', `/batches/${batchId}`)).json['state'], 'queued')
    const [clip] = made.json['clips'] as Array<{ id: string }>
    assert.equal((await call('POST', `/${clip!.id}/cancel`)).json['state'], 'cancelled')
    assert.equal((await call('GET', `/${clip!.id}`)).json['state'], 'cancelled')
    assert.equal((await call('POST', `/batches/${batchId}/cancel`)).json['state'], 'cancelled')
    assert.equal((await call('GET', '/batches/batch_none')).status, 404)
  }))
