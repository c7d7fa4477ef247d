import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { makeMedia } from '../../../../test/fixtures/media/make-media.ts'
import { startFootageServer } from '../../../../test/servers/footage-server.ts'
import { freshDb } from '../../../platform/db/test-db.ts'
import { cancelRun, getRun } from '../../../platform/durable/index.ts'
import { startTestDurable, type TestDurable } from '../../../platform/durable/test-engine.ts'
import { createLibraryEngine } from '../../../platform/ffmpeg/engine.ts'
import { openVideoModels } from '../../../providers/video-model/open-video-model.ts'
import { listBudgets, setBudget } from '../../costs/index.ts'
import { assertBalanced } from '../../costs/test-balance.ts'
import { actor, modelDeps } from '../test-models.ts'
import type { FootageDeps } from './footage-deps.ts'
import { footageSteps, footageWorkflow } from './footage-runs.ts'
import { footageWishSchema } from './footage.ts'
import { startFootage } from './start-footage.ts'

let home: string
let database: Awaited<ReturnType<typeof freshDb>>
let vendor: Awaited<ReturnType<typeof startFootageServer>>
let durable: TestDurable
let deps: FootageDeps
const kept: string[] = []

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'footage-'))
  database = await freshDb()
  vendor = await startFootageServer()
  const config = { lumaUrl: vendor.url, runwayUrl: vendor.url, runwayApiKey: 'k', fetchAllow: ['127.0.0.1'] }
  deps = {
    ...modelDeps(database.db, { at: { now: new Date() } }),
    hasVendor: () => true,
    videoModels: openVideoModels(config),
    engine: createLibraryEngine(),
    home,
    async keepFootage({ workspaceId, path, name }) {
      kept.push(`${workspaceId} ${name} ${(await readFile(path)).length}`)
      return { assetId: 'asset_1' }
    },
  }
  const { db, url: databaseUrl } = database
  const workflows = [footageWorkflow({ waitsMs: [20], busyWaitMs: 20 })]
  durable = await startTestDurable({
    db,
    databaseUrl,
    steps: footageSteps(deps),
    workflows,
    forcedReplay: true,
  })
})
after(async () => {
  await durable?.stop()
  await vendor?.close()
  await database?.close()
  await rm(home, { recursive: true, force: true })
})

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
const wish = (prompt: string, more: object = {}) =>
  footageWishSchema.parse({ prompt, durationMs: 2_000, ...more })
const begin = (prompt: string, more?: object) => startFootage(deps, { actor, wish: wish(prompt, more) })
const jobOf = async (prompt: string) => {
  for (;;) {
    const job = vendor.jobs.find(({ body }) => body['promptText'] === prompt)
    if (job) return job
    await nextTurn()
  }
}
const spentMicros = async () => (await listBudgets(deps, { actor })).items[0]!.spentMicros

test(
  'footage is ordered once, waited for, checked, kept and paid for by what the vendor says',
  { timeout: 60_000 },
  async () => {
    await setBudget(deps, { actor, scope: 'workspace', period: 'day', limitMicros: 5_000_000, rule: 'stop' })
    vendor.faults.next({ status: 429 })
    const run = await begin('Bees')
    assert.equal(run.estimateMicros, 240_000)
    // The first order was told to wait and is not at the vendor as one that runs.
    const job = vendor.jobs.find(({ body }) => body['promptText'] === 'Bees') ?? (await jobOf('Bees'))
    const path = await makeMedia({ path: join(home, 'made.mp4'), seconds: 2, width: 640, height: 360 })
    const footage = await readFile(path)
    job.state = 'running'
    for (const one of vendor.jobs) Object.assign(one, { footage })
    // The job that counts is the last one; earlier ones got an answer that ordered nothing.
    const finish = setInterval(() => {
      for (const one of vendor.jobs) Object.assign(one, { state: 'done', footage })
    }, 10)
    const ended = await durable.waitFor(run.id, undefined, 40_000)
    clearInterval(finish)
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error))
    assert.deepEqual(ended.result, {
      assetId: 'asset_1',
      modelId: 'runway:gen4.5',
      costMicros: 600_000,
      durationMs: 2_000,
      width: 640,
      height: 360,
    })
    assert.deepEqual(kept, [`ws_1 footage-${run.id}.mp4 ${footage.length}`])
    assert.deepEqual(await readdir(join(home, 'work')), [])
    assert.equal(await spentMicros(), 600_000)
    await assertBalanced(database.db)
  },
)

test(
  'what the vendor refuses costs nothing; what is cancelled after the order is stopped and counted',
  { timeout: 60_000 },
  async () => {
    const before = await spentMicros()
    const refused = await begin('Refused')
    const job = await jobOf('Refused')
    job.state = 'refused'
    const ended = await durable.waitFor(refused.id, undefined, 40_000)
    assert.deepEqual([ended.state, ended.error?.code], ['failed', 'videoModel.refused'])
    assert.equal(await spentMicros(), before)

    const cancelled = await begin('Cancelled')
    const running = await jobOf('Cancelled')
    while ((await getRun(database.db, { actor, runId: cancelled.id })).stage !== 'wait') await nextTurn()
    await cancelRun(database.db, { actor, runId: cancelled.id })
    assert.equal((await durable.waitFor(cancelled.id, undefined, 40_000)).state, 'cancelled')
    // The run is cancelled at once; stopping the order follows. The test's own time limit ends this.
    while (running.state !== 'cancelled' || (await spentMicros()) === before) await nextTurn()
    assert.equal(await spentMicros(), before + 240_000)
    await assertBalanced(database.db)
  },
)

test(
  'an order whose answer was lost is not placed again, and counts as spent',
  { timeout: 60_000 },
  async () => {
    const before = await spentMicros()
    vendor.faults.next('truncated')
    const run = await begin('Lost')
    const ended = await durable.waitFor(run.id, undefined, 40_000)
    assert.deepEqual([ended.state, ended.error?.code], ['failed', 'videoModel.unknownOutcome'])
    assert.equal(vendor.jobs.filter(({ body }) => body['promptText'] === 'Lost').length, 1)
    assert.equal(await spentMicros(), before + 240_000)
  },
)

test('what is asked for in vain is refused before a run begins', async () => {
  await assert.rejects(begin('x', { modelId: 'bedrock:nova-reel' }), {
    code: 'models.retired',
    message: /luma-ray2/,
  })
  await assert.rejects(begin('x', { modelId: 'luma:ray-3.2' }), { code: 'videoModel.noModel' })
  const nobody = { ...actor, kind: 'person' as const, permissions: new Set<string>() }
  await assert.rejects(startFootage(deps, { actor: nobody, wish: wish('x') }), { code: 'access.forbidden' })
})
