import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import { events } from '../../platform/events/schema.ts'
import { getAsset } from '../assets/index.ts'
import { listClips, planClips } from '../clips/index.ts'
import { notifications } from '../notifications/schema.ts'
import { discardProduction } from './discard-production.ts'
import { addFacts } from './production-facts.ts'
import { startProduction } from './start-production.ts'
import { editor, type ProductionBench, withProductions } from './test-productions.ts'

const suggestions = [{ startMs: 0, endMs: 20_000, score: 1, title: 'First', reasons: ['It is short'] }]

describe('discarding a production', () => {
  async function begin({ deps, addFile, stepOf }: ProductionBench, name = 'talk.mp4') {
    const assetId = await addFile(name)
    const { id: productionId, runId } = await startProduction(deps, { actor: editor, assetId })
    const input = { productionId, assetId, title: 'talk' }
    const discard = (because: string) => discardProduction(deps, stepOf(runId), { ...input, because })
    return { assetId, productionId, runId, discard }
  }
  const hasAsset = (bench: ProductionBench, assetId: string) =>
    getAsset(bench.deps, { actor: editor, assetId }).then(
      () => true,
      () => false,
    )

  test('removes the clips it had planned, and a recording that was refused', () =>
    withProductions(async (bench) => {
      const { assetId, runId, productionId, discard } = await begin(bench)
      const { deps } = bench
      await planClips(deps.db, { actor: editor, assetId, runId, title: 'talk', suggestions }, deps)
      await discard('media.truncated')
      assert.deepEqual((await listClips(deps, { actor: editor, runId, limit: 10 })).items, [])
      assert.equal(await hasAsset(bench, assetId), false)
      assert.deepEqual((await deps.storage.list('assets/', {})).objects, [])
      const [told] = await deps.db.select().from(notifications)
      assert.equal(told!.subjectId, productionId)
      assert.match(told!.body, /refused and nothing of it was kept/)
    }))

  test('keeps a recording that only met a fault here', () =>
    withProductions(async (bench) => {
      const { assetId, discard } = await begin(bench)
      await discard('ffmpeg.crashed')
      assert.ok(await hasAsset(bench, assetId))
      const [told] = await bench.deps.db.select().from(notifications)
      assert.match(told!.body, /kept for another try/)
    }))

  test('keeps a recording that another production has made clips of', () =>
    withProductions(async (bench) => {
      const { assetId, discard } = await begin(bench)
      const other = await startProduction(bench.deps, { actor: editor, assetId })
      await addFacts(bench.deps.db, other.id, { clipIds: ['clip_1'] })
      await discard('media.truncated')
      assert.ok(await hasAsset(bench, assetId))
    }))

  test('tells nobody of a cancel, and nobody twice', () =>
    withProductions(async (bench) => {
      const { deps } = bench
      const cancelled = await begin(bench)
      await cancelled.discard('durable.cancelled')
      assert.deepEqual(await deps.db.select().from(notifications), [])
      const failed = await begin(bench, 'other.mp4')
      await failed.discard('media.noAudio')
      await failed.discard('media.noAudio')
      assert.equal((await deps.db.select().from(notifications)).length, 1)
      const told = await deps.db.select().from(events).where(eq(events.subjectId, failed.productionId))
      assert.equal(told.filter(({ type }) => type === 'production.failed').length, 1)
    }))
})
