import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { makeMedia } from '../../../../test/fixtures/media/make-media.ts'
import { type ConvertJob, startMediaConvert } from '../../../../test/servers/mediaconvert-server.ts'
import { startS3Server } from '../../../../test/servers/s3-server.ts'
import { type Actor, systemActor } from '../../../kernel/actor.ts'
import { freshDb } from '../../../platform/db/test-db.ts'
import { startTestDurable } from '../../../platform/durable/test-engine.ts'
import { createLibraryEngine } from '../../../platform/ffmpeg/engine.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { type ObjectStorage, localStorage, s3Storage } from '../../../providers/storage/index.ts'
import { localTranscoder } from '../../../providers/transcode/local.ts'
import { mediaConvert } from '../../../providers/transcode/mediaconvert.ts'
import { createAssetFromFile } from '../../assets/index.ts'
import { listNotifications } from '../../notifications/index.ts'
import { mediaPackageKeys, transcodeJobs } from '../schema.ts'
import { hearTranscode } from './hear-transcode.ts'
import { listPackages } from './list-packages.ts'
import type { MakePackageDeps } from './make-package.ts'
import { readPackageKey } from './package-key.ts'
import { packagePart } from './package-part.ts'
import { startPackage } from './start-package.ts'

const actor = systemActor('test', 'ws_1')
const stranger: Actor = {
  kind: 'person',
  id: 'p',
  workspaceId: 'ws_2',
  permissions: new Set(['media.read', 'media.write', 'assets.read']),
}

type Opened = {
  deps: MakePackageDeps
  durable: Awaited<ReturnType<typeof startTestDurable>>
  assetId: string
  home: string
}

async function withRecording(
  change: (
    home: string,
  ) => Promise<{ storage?: ObjectStorage; openTranscoder?: MakePackageDeps['openTranscoder'] }>,
  check: (opened: Opened) => Promise<void>,
): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'packages-'))
  const { db, url: databaseUrl, close } = await freshDb()
  const changed = await change(home)
  const deps: MakePackageDeps = {
    db,
    storage: localStorage(join(home, 'objects')),
    home,
    secret: 's'.repeat(40),
    quotaBytes: () => 1e9,
    log: silentLog(),
    engine: createLibraryEngine(),
    openTranscoder: (make) => localTranscoder(make),
    ...changed,
  }
  const { steps = [], workflows = [] } = packagePart(deps)
  const durable = await startTestDurable({ db, databaseUrl, steps, workflows, forcedReplay: true })
  try {
    const path = await makeMedia({ path: join(home, 'talk.mp4'), seconds: 5, width: 640, height: 360 })
    const asset = await createAssetFromFile(deps, { actor, path, name: 'talk.mp4', kind: 'recording' })
    await check({ deps, durable, assetId: asset.id, home })
  } finally {
    await durable.stop()
    await close()
    await rm(home, { recursive: true, force: true })
  }
}

describe('a package that was asked for', () => {
  test('has captions and both manifests, or is locked with a key for its workspace alone', () =>
    withRecording(
      async () => ({}),
      async ({ deps, durable, assetId, home }) => {
        const path = join(home, 'en.srt')
        await writeFile(path, '1\n00:00:01,000 --> 00:00:02,000\nHello\n')
        const captions = await createAssetFromFile(deps, { actor, path, name: 'en.srt', kind: 'captions' })
        const start = (wish: object) =>
          startPackage({ ...deps, transcoderName: 'local' }, { actor, wish: { assetId, ...wish } })
        const plain = await start({ captions: [{ assetId: captions.id, language: 'en', name: 'English' }] })
        assert.equal((await durable.waitFor(plain.runId, undefined, 120_000)).state, 'succeeded')
        const locked = await start({ encrypted: true, maxHeight: 240 })
        assert.equal((await durable.waitFor(locked.runId, undefined, 120_000)).state, 'succeeded')

        const [second, first] = await listPackages(deps, { actor, assetId })
        assert.deepEqual([first!.encrypted, first!.captions, second!.encrypted], [false, ['en'], true])
        assert.match(first!.dashUrl!, /manifest\.mpd$/)
        assert.equal(second!.dashUrl, null)
        await assert.rejects(listPackages(deps, { actor: stranger, assetId }), { code: 'assets.notFound' })

        const playlist = await text(
          (await deps.storage.get(`derived/${assetId}/hls/${second!.packageHash}/240p/index.m3u8`)).body,
        )
        const keyId = /media-keys\/(\w+)\?workspaceId=ws_1"/.exec(playlist)![1]!
        assert.equal((await readPackageKey(deps, { actor, keyId })).length, 16)
        const missing = { code: 'media.keyNotFound' }
        await assert.rejects(readPackageKey(deps, { actor: stranger, keyId }), missing)
        await assert.rejects(readPackageKey({ ...deps, secret: 'x'.repeat(40) }, { actor, keyId }), missing)
        const [row] = await deps.db.select().from(mediaPackageKeys)
        assert.match(row!.sealedKey, /^v1\./)
        const notes = (await listNotifications(deps, { actor, limit: 9 })).items
        assert.deepEqual(
          notes.map(({ kind }) => kind),
          ['media.packaged', 'media.packaged'],
        )
      },
    ))

  test('is made by MediaConvert in the bucket, ended by an event, and kept like any other', async () => {
    const s3 = await startS3Server()
    const credentials = s3.credentials
    const storage = s3Storage(
      {
        bucket: 'objects',
        prefix: '',
        region: s3.region,
        endpoint: s3.endpoint,
        checksums: 'md5',
        partBytes: 5 * 1024 * 1024,
      },
      credentials,
    )
    /** What the service leaves in the bucket. */
    const finish = async (job: ConvertJob): Promise<Partial<ConvertJob>> => {
      const [group] = job.settings.outputGroups
      const prefix = group!.outputGroupSettings.cmafGroupSettings.destination.replace('s3://objects/', '')
      const base = prefix + job.settings.inputs[0]!.fileInput.split('/').at(-1)
      const variants = group!.outputs.flatMap(({ nameModifier, videoDescription: size }) =>
        size
          ? [
              `#EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=700000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=${size.width}x${size.height},FRAME-RATE=30.000`,
              `talk${nameModifier}.m3u8`,
            ]
          : [],
      )
      await storage.put(`${base}.m3u8`, Buffer.from(['#EXTM3U', ...variants, ''].join('\n')))
      await storage.put(`${base}.mpd`, Buffer.from('<MPD/>'))
      return {}
    }
    const server = await startMediaConvert(finish)
    server.hold(true)
    const service = mediaConvert({
      root: 's3://objects/',
      role: 'arn:aws:iam::123456789012:role/convert',
      region: 'us-east-1',
      endpoint: server.endpoint,
      credentials,
      pollMs: 60_000,
      hearMs: 20,
    })
    try {
      await withRecording(
        async () => ({
          storage,
          openTranscoder: (make, mustBeHere) => (mustBeHere ? localTranscoder(make) : service),
        }),
        async ({ deps, durable, assetId }) => {
          const { runId } = await startPackage(
            { ...deps, transcoderName: 'mediaconvert' },
            { actor, wish: { assetId } },
          )
          await until(async () => (await deps.db.select().from(transcodeJobs)).length === 1)
          const job = [...server.jobs.values()][0]!
          const event = (status: string, more = {}) => ({
            source: 'aws.mediaconvert',
            'detail-type': 'MediaConvert Job State Change',
            detail: { jobId: job.id, status, ...more },
          })
          const hear = (by: Actor, told: unknown) =>
            hearTranscode({ ...deps, transcoder: service }, { actor: by, event: told })
          assert.deepEqual(await hear(stranger, event('COMPLETE')), { isKnown: false })
          assert.deepEqual(
            await hear(actor, event('STATUS_UPDATE', { jobProgress: { jobPercentComplete: 40 } })),
            { isKnown: true },
          )
          await finish(job)
          assert.deepEqual(await hear(actor, event('COMPLETE')), { isKnown: true })
          // Late and repeated: an end is never undone.
          await hear(actor, event('STATUS_UPDATE', { jobProgress: { jobPercentComplete: 60 } }))
          assert.equal((await durable.waitFor(runId, undefined, 60_000)).state, 'succeeded')
          const [made] = await listPackages(deps, { actor, assetId })
          assert.deepEqual(
            made!.renditions.map(({ name, bitrate }) => [name, bitrate]),
            [
              ['360p', 900_000],
              ['240p', 900_000],
            ],
          )
          assert.match(made!.dashUrl!, /\.mpd$/)
          assert.equal(server.jobs.size, 1)
        },
      )
    } finally {
      await server.close()
      await s3.close()
    }
  })
})

/** Asks again at every turn of the event loop until it is so. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}
