import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readCodedClip, writeCodedSource } from '../../../test/fixtures/frame-code.ts'
import { systemActor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { freshDb } from '../../platform/db/test-db.ts'
import { createMediaEngine } from '../../platform/ffmpeg/engine.ts'
import { silentLog } from '../../platform/log/log.ts'
import { localStorage } from '../../providers/storage/index.ts'
import { createAssetFromFile, listAssets, withAssetFile } from '../assets/index.ts'
import { type MakeClipFileDeps, createClip, deleteClip, getClip, makeClipFile, recutClip } from './index.ts'

const actor = systemActor('test', 'ws_1')

async function withSource(check: (deps: MakeClipFileDeps, assetId: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'make-clip-'))
  const fresh = await freshDb()
  try {
    const log = silentLog()
    const storage = localStorage(join(home, 'objects'))
    const engine = createMediaEngine({ log })
    const deps: MakeClipFileDeps = {
      db: fresh.db,
      storage,
      home,
      secret: 's',
      quotaBytes: () => 1e9,
      log,
      engine,
    }
    const path = join(home, 'talk.mp4')
    writeCodedSource(path, { frames: 150, fps: { num: 30, den: 1 }, gop: 30, preset: 'veryfast' })
    const asset = await createAssetFromFile(deps, {
      actor,
      path,
      name: 'talk.mp4',
      kind: 'recording',
      move: true,
    })
    await check(deps, asset.id)
  } finally {
    await fresh.close()
    await rm(home, { recursive: true, force: true })
  }
}

/** Exactly-once as the durable layer gives it: the result of the first time, or the crash of this time. */
function onceStore(db: Db, crashes = { left: 0 }) {
  const kept = new Map<string, unknown>()
  return async <T>(effect: string, fn: (tx: Db) => Promise<T>): Promise<T> => {
    if (crashes.left-- > 0) throw new Error('crash')
    if (!kept.has(effect)) kept.set(effect, await db.transaction((tx) => fn(tx)))
    return kept.get(effect) as T
  }
}

describe('making the file of a clip', () => {
  test('stores the exact clip and its thumbnail, completes the record, and leaves nothing else', () =>
    withSource(async (deps, assetId) => {
      const { id: clipId, runId } = await createClip(deps, {
        actor,
        assetId,
        startMs: 500,
        endMs: 3_000,
        title: 'A "b"/c',
      })
      const reports: number[] = []
      const report = (percent: number) => void reports.push(percent)
      const made = await makeClipFile(deps, {
        actor,
        clipId,
        runId: runId!,
        once: onceStore(deps.db),
        report,
      })
      const clip = await getClip(deps, { actor, clipId })
      assert.deepEqual(
        [clip.state, clip.receipt?.frames, clip.width, clip.height],
        ['processed', 75, 192, 108],
      )
      assert.deepEqual([clip.fileAssetId, clip.thumbnailAssetId], [made.fileAssetId, made.thumbnailAssetId])
      assert.match(clip.fileUrl!, /\.mp4$/)
      assert.match(clip.thumbnailUrl!, /\.jpg$/)
      await withAssetFile(deps, { actor, assetId: made.fileAssetId }, async (path) => {
        assert.deepEqual(readCodedClip(path).frames[0]?.number, 15)
      })
      assert.deepEqual(await readdir(join(deps.home, 'work')), [])
      assert.equal(reports.at(-1), 100)
    }))

  test('a try that dies after storing is repeated without storing twice', () =>
    withSource(async (deps, assetId) => {
      const { id: clipId, runId } = await createClip(deps, { actor, assetId, startMs: 500, endMs: 3_000 })
      const once = onceStore(deps.db, { left: 1 })
      const wish = { actor, clipId, runId: runId!, once }
      await assert.rejects(makeClipFile(deps, wish), /crash/)
      const first = await makeClipFile(deps, wish)
      assert.deepEqual(await makeClipFile(deps, wish), first)
      const { items } = await listAssets(deps, { actor, limit: 50 })
      assert.equal(items.length, 3, 'recording, clip and thumbnail')
      assert.deepEqual(await readdir(join(deps.home, 'work')), [])
    }))

  test('a clip that is deleted while it is cut leaves no files', () =>
    withSource(async (deps, assetId) => {
      const { id: clipId, runId } = await createClip(deps, { actor, assetId, startMs: 500, endMs: 3_000 })
      const once = async <T>(_effect: string, fn: (tx: Db) => Promise<T>) => {
        await deleteClip(deps, { actor, clipId })
        return deps.db.transaction((tx) => fn(tx))
      }
      await assert.rejects(makeClipFile(deps, { actor, clipId, runId: runId!, once }), {
        code: 'clips.notFound',
      })
      const { items } = await listAssets(deps, { actor, limit: 50 })
      assert.deepEqual(
        items.map(({ id }) => id),
        [assetId],
      )
    }))

  test('a new cut replaces the files of the old one', () =>
    withSource(async (deps, assetId) => {
      const { id: clipId, runId } = await createClip(deps, { actor, assetId, startMs: 500, endMs: 3_000 })
      const first = await makeClipFile(deps, { actor, clipId, runId: runId!, once: onceStore(deps.db) })
      const { version } = await getClip(deps, { actor, clipId })
      const again = await recutClip(deps, { actor, clipId, version, endMs: 2_000 })
      assert.equal(again.fileAssetId, first.fileAssetId, 'the old file stays until the new one is there')
      await makeClipFile(deps, { actor, clipId, runId: again.runId!, once: onceStore(deps.db) })
      assert.equal((await getClip(deps, { actor, clipId })).receipt?.frames, 45)
      const left = (await listAssets(deps, { actor, limit: 50 })).items.map(({ id }) => id)
      assert.equal(left.length, 3)
      assert.ok(!left.includes(first.fileAssetId))
      await deleteClip(deps, { actor, clipId })
      assert.equal((await listAssets(deps, { actor, limit: 50 })).items.length, 1)
    }))

  test('a range beyond a recording of unknown length fails and stores nothing', () =>
    withSource(async (deps, assetId) => {
      const { id: clipId, runId } = await createClip(deps, { actor, assetId, startMs: 500, endMs: 30_000 })
      const wish = { actor, clipId, runId: runId!, once: onceStore(deps.db) }
      await assert.rejects(makeClipFile(deps, wish), { code: 'clips.outOfRange' })
      assert.equal((await listAssets(deps, { actor, limit: 50 })).items.length, 1)
      assert.deepEqual(await readdir(join(deps.home, 'work')), [])
    }))
})
