import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeCodedSource } from '../../../../test/fixtures/frame-code.ts'
import { systemActor } from '../../../kernel/actor.ts'
import { freshDb } from '../../../platform/db/test-db.ts'
import { retryRun } from '../../../platform/durable/index.ts'
import { startTestDurable } from '../../../platform/durable/test-engine.ts'
import { createMediaEngine } from '../../../platform/ffmpeg/engine.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { localStorage } from '../../../providers/storage/index.ts'
import { createAssetFromFile } from '../../assets/index.ts'
import { clipSteps } from '../clip-runs.ts'
import type { MakeClipFileDeps } from '../make-clip-file.ts'
import { clipBatchRuns, clipBatchSteps } from './batch-runs.ts'
import { cancelBatch, cancelClip } from './cancel-batch.ts'
import { createBatch } from './create-batch.ts'
import { getBatch } from './get-batch.ts'

const actor = systemActor('test', 'ws_1')

test('a cancelled clip is left out of its batch, and a cancelled batch is cut when its run is tried again', async () => {
  const home = await mkdtemp(join(tmpdir(), 'batch-'))
  const { db, url: databaseUrl, close } = await freshDb()
  const log = silentLog()
  const storage = localStorage(join(home, 'objects'))
  const engine = createMediaEngine({ log })
  const deps: MakeClipFileDeps = { db, storage, home, secret: 's', quotaBytes: () => 1e9, log, engine }
  const path = join(home, 'talk.mp4')
  writeCodedSource(path, { frames: 90, fps: { num: 30, den: 1 }, gop: 30, preset: 'veryfast' })
  const file = { actor, path, name: 'talk.mp4', kind: 'recording', move: true } as const
  const { id: assetId } = await createAssetFromFile(deps, file)
  const clips = [0, 1_000].map((startMs) => ({ assetId, startMs, endMs: startMs + 500 }))

  // Nobody works yet, so that both cancels come before the first step.
  const batch = await createBatch(deps, { actor, clips, concurrency: 1 })
  await cancelClip(deps, { actor, clipId: batch.clips[1]!.id })
  const other = await createBatch(deps, { actor, clips })
  await cancelBatch(deps, { actor, batchId: other.id })

  const steps = [...clipSteps(deps), ...clipBatchSteps(deps)]
  const workflows = [clipBatchRuns()]
  const durable = await startTestDurable({ db, databaseUrl, steps, workflows })
  const statesOf = async (batchId: string) => {
    const { state, clips: found } = await getBatch(deps, { actor, batchId })
    return [state, ...found.map((clip) => clip.state)]
  }
  try {
    await durable.waitFor(batch.runId, ['succeeded'], 60_000)
    assert.deepEqual(await statesOf(batch.id), ['partial', 'processed', 'cancelled'])
    assert.deepEqual(await statesOf(other.id), ['cancelled', 'cancelled', 'cancelled'])

    await retryRun(db, { actor, runId: other.runId })
    await durable.waitFor(other.runId, ['succeeded'], 60_000)
    assert.deepEqual(await statesOf(other.id), ['processed', 'processed', 'processed'])
  } finally {
    await durable.stop()
    await close()
    await rm(home, { recursive: true, force: true })
  }
})
