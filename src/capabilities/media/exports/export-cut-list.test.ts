import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Db } from '../../../platform/db/client.ts'
import { withDb } from '../../../platform/db/test-db.ts'
import { allPowerful, bodyOf, testHttp } from '../../../platform/http/test-http.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { localStorage } from '../../../providers/storage/index.ts'
import { createAssetFromFile } from '../../assets/index.ts'
import type { Analysis } from '../analysis.ts'
import { analysisHash, mediaRoutes, type Probe, saveAnalysis } from '../index.ts'
import { readEdl, readOtio } from './test-readers.ts'

const actor = allPowerful()
const frameRate = { num: 30_000, den: 1001 }

async function withAsset(check: (db: Db, assetId: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'exports-'))
  try {
    await withDb(async (db) => {
      const deps = { db, home, secret: 'test', quotaBytes: () => 1e9, log: silentLog() }
      const path = join(home, 'talk.mp4')
      await writeFile(path, `recording ${home}`)
      const storage = localStorage(join(home, 'objects'))
      const name = 'Größe “1”.mp4'
      const asset = await createAssetFromFile({ ...deps, storage }, { actor, path, name, kind: 'recording' })
      await check(db, asset.id)
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function analyse(db: Db, assetId: string): Promise<void> {
  const analysis = {
    frameRate,
    frames: 3000,
    keep: [
      { startFrame: 30, endFrame: 900, startMs: 1001, endMs: 30_030 },
      { startFrame: 1800, endFrame: 3000, startMs: 60_060, endMs: 100_100 },
    ],
  } as unknown as Analysis
  const probe = { width: 1920, height: 1080, audio: [{ sampleRate: 48_000, channels: 1 }] } as Probe
  const key = { workspaceId: actor.workspaceId, assetId, contentSha256: 'abc', optionsHash: analysisHash() }
  await saveAnalysis({ db }, { ...key, analysis, probe, prefix: 'derived/x/' })
}

const serve = (db: Db, who = actor) =>
  testHttp({ db, actor: who, routes: [mediaRoutes({ db, secret: 'test' })] })

describe('the cut list of an asset', () => {
  test('is downloaded as a file that an editor reads to the same frames', () =>
    withAsset(async (db, assetId) => {
      await analyse(db, assetId)
      const app = serve(db)
      const answer = await app.request(`/api/v1/assets/${assetId}/cut-list?format=edl`)
      assert.equal(answer.status, 200)
      assert.match(answer.headers.get('content-type')!, /^text\/plain/)
      assert.equal(
        answer.headers.get('content-disposition'),
        `attachment; filename="Gr__e _1_.edl"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E2%80%9C1%E2%80%9D.edl`,
      )
      assert.deepEqual(readEdl(await answer.text(), { frameRate, dropFrame: true }).events, [
        { source: [30, 900], record: [0, 870] },
        { source: [1800, 3000], record: [870, 2070] },
      ])
      const otio = await (await app.request(`/api/v1/assets/${assetId}/cut-list?format=otio`)).text()
      assert.equal(decodeURIComponent(readOtio(otio).url), 'Größe “1”.mp4')
    }))

  test('is refused where there is no analysis, no such format, no such chapters, and to strangers', () =>
    withAsset(async (db, assetId) => {
      const ask = async (format: string, who = actor) => {
        const answer = await serve(db, who).request(`/api/v1/assets/${assetId}/cut-list?format=${format}`)
        return [answer.status, (await bodyOf(answer)).code]
      }
      assert.deepEqual(await ask('edl'), [404, 'media.notAnalyzed'])
      await analyse(db, assetId)
      assert.equal((await ask('avid'))[0], 400)
      assert.deepEqual(await ask('chapters'), [422, 'cutList.noChapters'])
      assert.deepEqual(await ask('edl', allPowerful('person_2', 'ws_2')), [404, 'media.notAnalyzed'])
      assert.deepEqual(await ask('edl', { ...actor, permissions: new Set(['assets.read']) }), [
        403,
        'access.forbidden',
      ])
    }))
})
