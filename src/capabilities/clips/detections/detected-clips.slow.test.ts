import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { readCodedClip, writeCodedSource } from '../../../../test/fixtures/frame-code.ts'
import { packHls } from '../../../../test/fixtures/hls-package.ts'
import { startHlsServer } from '../../../../test/servers/hls-server.ts'
import { systemActor } from '../../../kernel/actor.ts'
import { freshDb } from '../../../platform/db/test-db.ts'
import { startTestDurable } from '../../../platform/durable/test-engine.ts'
import { createMediaEngine } from '../../../platform/ffmpeg/engine.ts'
import { testHttp } from '../../../platform/http/test-http.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { localStorage } from '../../../providers/storage/index.ts'
import { withAssetFile } from '../../assets/index.ts'
import { createWebhook, isSigned, listNotifications, startWebhooks } from '../../notifications/index.ts'
import type { Batch } from '../batches/batch.ts'
import { clipsPart } from '../clips-part.ts'
import type { MakeClipFileDeps } from '../make-clip-file.ts'
import type { Stitch } from '../stitches/stitch.ts'
import type { DetectionAnswer } from './detection.ts'

const actor = systemActor('test', 'ws_1')

test('detected clips of a programme: cut, one fails, the others are joined, recorded, told and signed', async () => {
  const home = await mkdtemp(join(tmpdir(), 'detected-'))
  const { db, url: databaseUrl, close } = await freshDb()
  const log = silentLog()
  const show = join(home, 'show')
  const deps: MakeClipFileDeps = {
    db,
    storage: localStorage(join(home, 'objects')),
    home,
    secret: 's'.repeat(40),
    quotaBytes: () => 1e9,
    log,
    engine: createMediaEngine({ log }),
    fetchAllow: ['127.0.0.1'],
  }
  const told: Array<{ signature: string; body: string }> = []
  const receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      told.push({ signature: String(request.headers['x-creatorops-signature']), body })
      response.writeHead(204).end()
    })
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  writeCodedSource(join(home, 'talk.mp4'), {
    frames: 240,
    fps: { num: 30, den: 1 },
    gop: 30,
    preset: 'veryfast',
  })
  await packHls(join(home, 'talk.mp4'), show, { type: 'mpegts' })
  const server = await startHlsServer(show)
  const webhookDeps = { db, secret: deps.secret, fetchAllow: ['127.0.0.0/8'] }
  const webhooks = startWebhooks({ ...webhookDeps, log, everyMs: 50, pausesMs: [100] })
  const { routes, steps, workflows } = clipsPart(deps)
  const durable = await startTestDurable({ db, databaseUrl, steps: steps!, workflows: workflows! })
  const http = testHttp({ db, actor, routes })
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await http.request(`/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: 'Bearer test' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`)
    return (await answer.json()) as T
  }
  try {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
    const events = ['clips.batchFinished', 'clips.stitchFinished'] as const
    const hook = await createWebhook(webhookDeps, { actor, url, events: [...events] })
    const stitch = { fadeMs: 200, loudness: 'match' }
    const rule = { name: 'Highlights', source: 'test.detector*', minScore: 0.5, minMs: 500, stitch }
    await call('POST', '/clips/rules', rule)
    await call('POST', '/clips/rules', { ...rule, name: 'Off', isEnabled: false })

    // One is too weak, one too short, and one lies beyond the end, which only the cutter can see.
    const playlist = { kind: 'url', url: `${server.url}/index.m3u8` }
    const event = {
      version: '0',
      id: 'event-1',
      'detail-type': 'clips.detected',
      source: 'test.detector.goals',
      account: '123456789012',
      time: '2026-01-02T03:04:05Z',
      region: 'eu-west-1',
      resources: [],
      detail: {
        playlist,
        clips: [
          { startMs: 500, endMs: 1_500, score: 0.9, title: 'First', reasons: ['cheering'] },
          { startMs: 1_000, endMs: 3_000, score: 0.2 },
          { startMs: 2_000, endMs: 2_100, score: 0.9 },
          { startMs: 3_500, endMs: 5_500, score: 0.7 },
          { startMs: 60_000, endMs: 61_000, score: 1 },
        ],
      },
    }
    const answer = await call<DetectionAnswer>('POST', '/events', event)
    assert.deepEqual(
      [answer.isDuplicate, answer.clips, answer.batches.map(({ clips }) => clips)],
      [false, 5, [3]],
    )
    const again = await call<DetectionAnswer>('POST', '/events', event)
    assert.deepEqual([again.isDuplicate, again.batches], [true, answer.batches])

    const { batchId } = answer.batches[0]!
    const { runId } = await call<Batch>('GET', `/clips/batches/${batchId}`)
    assert.equal((await durable.waitFor(runId, undefined, 120_000)).state, 'succeeded')
    const batch = await call<Batch>('GET', `/clips/batches/${batchId}`)
    assert.deepEqual(
      batch.clips.map(({ state, title, score, error }) => [state, title, score, error?.code]),
      [
        ['processed', 'First', 0.9, undefined],
        ['processed', 'index 00:00:03.500', 0.7, undefined],
        ['failed', 'index 00:01:00.000', 1, 'clips.outOfRange'],
      ],
    )
    assert.equal(batch.state, 'partial')
    assert.ok(batch.clips[0]!.receipt!.bytesRead > 0)

    const { runId: stitching } = await call<Stitch>('GET', `/clips/stitches/${batch.stitchId}`)
    assert.equal((await durable.waitFor(stitching, undefined, 120_000)).state, 'succeeded')
    const film = await call<Stitch>('GET', `/clips/stitches/${batch.stitchId}`)
    assert.equal(film.state, 'processed')
    assert.deepEqual([film.batchId, film.receipt!.frames, film.receipt!.parts!.length], [batchId, 84, 2])
    await withAssetFile(deps, { actor, assetId: film.fileAssetId! }, async (file) => {
      const numbers = readCodedClip(file).frames.map(({ number }) => number)
      assert.equal(numbers.length, 84)
      assert.deepEqual(
        numbers.slice(0, 24),
        Array.from({ length: 24 }, (_, index) => 15 + index),
      )
      assert.deepEqual(
        numbers.slice(30),
        Array.from({ length: 54 }, (_, index) => 111 + index),
      )
    })
    const keys = (await deps.storage.list('clips/ws_1/')).objects.map(({ key }) =>
      key.split('/').slice(0, 4).join('/'),
    )
    const made = batch.clips.slice(0, 2).map(({ id }) => `clips/ws_1/index/${id}`)
    assert.deepEqual([...new Set(keys)].sort(), [...made, `clips/ws_1/stitches/${film.id}`].sort())
    assert.deepEqual(await readdir(join(home, 'work')), [], 'nothing temporary is left')

    const notes = (await listNotifications({ db }, { actor, limit: 9 })).items.map(({ title }) => title)
    assert.deepEqual(notes, ['"Highlights: 3 clips" is joined', '"Highlights: 3 clips" is ready in part'])
    const deadline = performance.now() + 20_000
    while (told.length < 2 && performance.now() < deadline) await delay(50)
    assert.deepEqual(
      told.map(({ body }) => (JSON.parse(body) as { type: string }).type),
      [...events],
    )
    for (const { body, signature } of told)
      assert.ok(isSigned(hook.secret, body, signature, Date.now() / 1000))
  } finally {
    await durable.stop()
    await webhooks.stop()
    receiver.closeAllConnections()
    receiver.close()
    await server.close()
    await close()
    await rm(home, { recursive: true, force: true })
  }
})
