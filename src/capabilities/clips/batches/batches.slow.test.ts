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
import { systemActor } from '../../../kernel/actor.ts'
import { freshDb } from '../../../platform/db/test-db.ts'
import { startTestDurable } from '../../../platform/durable/test-engine.ts'
import { runEffects } from '../../../platform/durable/schema.ts'
import { createMediaEngine } from '../../../platform/ffmpeg/engine.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { localStorage } from '../../../providers/storage/index.ts'
import { createAssetFromFile, withAssetFile } from '../../assets/index.ts'
import {
  createWebhook,
  isSigned,
  listDeliveries,
  listNotifications,
  startWebhooks,
} from '../../notifications/index.ts'
import { clipSteps } from '../clip-runs.ts'
import type { MakeClipFileDeps } from '../make-clip-file.ts'
import { clipBatchRuns, clipBatchSteps } from './batch-runs.ts'
import { createBatch } from './create-batch.ts'
import { getBatch } from './get-batch.ts'

const actor = systemActor('test', 'ws_1')

test('one clip of a batch fails, the others are exact, and a receiver that was down hears of it', async () => {
  const home = await mkdtemp(join(tmpdir(), 'batch-'))
  const { db, url: databaseUrl, close } = await freshDb()
  const log = silentLog()
  const deps: MakeClipFileDeps = {
    db,
    storage: localStorage(join(home, 'objects')),
    home,
    secret: 's'.repeat(40),
    quotaBytes: () => 1e9,
    log,
    engine: createMediaEngine({ log }),
  }
  const calls: Array<{ id: string; signature: string; body: string }> = []
  const receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const { 'x-creatorops-delivery': id, 'x-creatorops-signature': signature } = request.headers
      calls.push({ id: String(id), signature: String(signature), body })
      response.writeHead(calls.length === 1 ? 503 : 204).end()
    })
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const webhookDeps = { db, secret: deps.secret, fetchAllow: ['127.0.0.0/8'] }
  const webhooks = startWebhooks({ ...webhookDeps, log, everyMs: 50, pausesMs: [100] })
  const steps = [...clipSteps(deps), ...clipBatchSteps(deps)]
  const durable = await startTestDurable({
    db,
    databaseUrl,
    steps,
    workflows: [clipBatchRuns()],
    forcedReplay: true,
  })
  try {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
    const hook = await createWebhook(webhookDeps, { actor, url, events: ['clips.batchFinished'] })
    const path = join(home, 'talk.mp4')
    writeCodedSource(path, { frames: 150, fps: { num: 30, den: 1 }, gop: 30, preset: 'veryfast' })
    const kind = 'recording' as const
    const { id: assetId } = await createAssetFromFile(deps, {
      actor,
      path,
      name: 'talk.mp4',
      kind,
      move: true,
    })

    // The length of the recording is not known here, so that only the cutter can see that the second is beyond it.
    const ranges = [
      [500, 1_500],
      [60_000, 61_000],
      [2_000, 3_500],
      [0, 500],
    ] as const
    const clips = ranges.map(([startMs, endMs]) => ({ assetId, startMs, endMs }))
    const { id: batchId, runId } = await createBatch(deps, { actor, name: 'Four', concurrency: 2, clips })
    assert.equal((await durable.waitFor(runId, undefined, 120_000)).state, 'succeeded')

    const batch = await getBatch(deps, { actor, batchId })
    assert.equal(batch.state, 'partial')
    assert.deepEqual(
      batch.clips.map(({ state, error, receipt }) => [state, error?.code ?? receipt?.frames]),
      [
        ['processed', 30],
        ['failed', 'clips.outOfRange'],
        ['processed', 45],
        ['processed', 15],
      ],
    )
    for (const [index, clip] of batch.clips.entries()) {
      if (clip.state !== 'processed') continue
      await withAssetFile(deps, { actor, assetId: clip.fileAssetId! }, async (file) => {
        const { frames } = readCodedClip(file)
        const first = Math.round((ranges[index]![0] * 30) / 1_000)
        assert.deepEqual(
          frames.map(({ number }) => number),
          Array.from({ length: clip.receipt!.frames }, (_, at) => first + at),
        )
      })
    }
    assert.deepEqual(await readdir(join(home, 'work')), [], 'nothing temporary is left')
    const effects = await db.select().from(runEffects)
    assert.ok(effects.every(({ applied }) => applied === 1))
    const notes = (await listNotifications({ db }, { actor, limit: 9 })).items
    assert.deepEqual(
      notes.map(({ title, subjectId }) => [title, subjectId]),
      [['"Four" is ready in part', batchId]],
    )

    const deadline = performance.now() + 20_000
    const deliveries = async () =>
      (await listDeliveries({ db }, { actor, webhookId: hook.id, limit: 9 })).items
    while ((await deliveries())[0]?.state !== 'delivered' && performance.now() < deadline) await delay(50)
    const [delivery, ...more] = await deliveries()
    assert.deepEqual(more, [])
    assert.deepEqual(
      delivery!.attempts.map(({ status }) => status),
      [503, 204],
    )
    assert.equal(calls.length, 2)
    const { id, signature, body } = calls[1]!
    assert.equal(id, calls[0]!.id)
    assert.ok(isSigned(hook.secret, body, signature, Date.now() / 1000))
    const told = JSON.parse(body) as { type: string; subjectId: string; data: Record<string, unknown> }
    assert.deepEqual(
      [told.type, told.subjectId, told.data['state']],
      ['clips.batchFinished', batchId, 'partial'],
    )
  } finally {
    await durable.stop()
    await webhooks.stop()
    receiver.closeAllConnections()
    receiver.close()
    await close()
    await rm(home, { recursive: true, force: true })
  }
})
