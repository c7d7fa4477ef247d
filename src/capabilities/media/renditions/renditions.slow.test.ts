import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeMedia } from '../../../../test/fixtures/media/make-media.ts'
import { systemActor } from '../../../kernel/actor.ts'
import { freshDb } from '../../../platform/db/test-db.ts'
import { runEffects } from '../../../platform/durable/schema.ts'
import { startTestDurable } from '../../../platform/durable/test-engine.ts'
import { createLibraryEngine } from '../../../platform/ffmpeg/engine.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { localStorage } from '../../../providers/storage/index.ts'
import { createAssetFromFile, getAsset, withAssetFile } from '../../assets/index.ts'
import { listNotifications } from '../../notifications/index.ts'
import { createRendition } from './create-rendition.ts'
import { deleteRendition } from './delete-rendition.ts'
import { getRendition } from './list-renditions.ts'
import type { MakeRenditionDeps } from './make-rendition-file.ts'
import { renditionPart } from './rendition-part.ts'

const actor = systemActor('test', 'ws_1')

test('a rendition is made once, stored, scored and told of; one below its threshold fails with the score', async () => {
  const home = await mkdtemp(join(tmpdir(), 'renditions-'))
  const { db, url: databaseUrl, close } = await freshDb()
  const deps: MakeRenditionDeps = {
    db,
    storage: localStorage(join(home, 'objects')),
    home,
    secret: 's'.repeat(40),
    quotaBytes: () => 1e9,
    log: silentLog(),
    engine: createLibraryEngine(),
  }
  const { steps = [], workflows = [] } = renditionPart(deps)
  const durable = await startTestDurable({ db, databaseUrl, steps, workflows, forcedReplay: true })
  try {
    const path = await makeMedia({ path: join(home, 'talk.mp4'), seconds: 4, width: 640, height: 360 })
    const asset = { actor, path, name: 'talk.mp4', kind: 'recording' as const }
    const { id: assetId } = await createAssetFromFile(deps, asset)
    const good = await createRendition(deps, { actor, assetId, preset: 'tiktok' })
    const bad = await createRendition(deps, { actor, assetId, preset: 'instagram-reel', minScore: 1 })
    assert.equal((await durable.waitFor(good.runId!, undefined, 120_000)).state, 'succeeded')
    const failedRun = await durable.waitFor(bad.runId!, undefined, 120_000)
    assert.equal(failedRun.state, 'failed')

    const made = await getRendition(deps, { actor, renditionId: good.id })
    assert.deepEqual([made.state, made.report!.width, made.report!.height], ['processed', 640, 1136])
    assert.ok(made.report!.quality.score > 0.95)
    assert.match(made.fileUrl!, /^\/d\//)
    const file = await getAsset(deps, { actor, assetId: made.fileAssetId! })
    assert.deepEqual([file.kind, file.contentType, file.width], ['rendition', 'video/mp4', 640])
    await withAssetFile(deps, { actor, assetId: file.id }, async (stored) => {
      assert.equal((await deps.engine.probe(stored)).packets.videoPackets, 120)
    })

    const failed = await getRendition(deps, { actor, renditionId: bad.id })
    assert.equal(failed.error?.code, 'renditions.lowQuality')
    assert.match(failed.error.message, /SSIM 0\.9\d+, below 1/)
    const notes = (await listNotifications({ db }, { actor, limit: 9 })).items
    assert.deepEqual(notes.map(({ kind }) => kind).sort(), ['rendition.failed', 'rendition.processed'])
    assert.deepEqual(await readdir(join(home, 'work')), [], 'nothing temporary is left')
    assert.ok((await db.select().from(runEffects)).every(({ applied }) => applied === 1))

    await deleteRendition(deps, { actor, renditionId: good.id })
    await assert.rejects(getAsset(deps, { actor, assetId: file.id }), { code: 'assets.notFound' })
  } finally {
    await durable.stop()
    await close()
    await rm(home, { recursive: true, force: true })
  }
})
