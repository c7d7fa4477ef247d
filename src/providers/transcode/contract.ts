import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TranscodeJob, Transcoder, TranscodeUpdate } from './port.ts'

/** A job that every vendor can do. */
export function sampleJob(change: Partial<TranscodeJob> = {}): TranscodeJob {
  return {
    token: `package ${change.token ?? 'one'}`,
    sourceKey: 'assets/ws_1/talk.mp4',
    outputPrefix: 'derived/asset_1/hls/abc/',
    rungs: [
      { name: '720p', width: 1280, height: 720, maxBitRate: 3_000_000 },
      { name: '480p', width: 852, height: 480, maxBitRate: 1_400_000 },
    ],
    hasAudio: true,
    durationMs: 4_000,
    segmentMs: 4_000,
    gopMs: 2_000,
    captions: [],
    tags: { assetId: 'asset_1' },
    ...change,
  }
}

/** What every transcoder promises. `open` gives a fresh one; `count` says how often work was really begun. */
export function transcoderContract(
  open: () => Promise<{ transcoder: Transcoder; begun: () => number }>,
): void {
  test('makes a package and says where it is, with progress that never goes back', async () => {
    const { transcoder } = await open()
    const seen: TranscodeUpdate[] = []
    let submitted = ''
    const done = await transcoder.run(sampleJob({ token: 'progress' }), {
      onUpdate: (update) => seen.push(update),
      onSubmitted: async (id) => void (submitted = id),
    })
    assert.ok(submitted !== '')
    assert.equal(done.state, 'done')
    assert.equal(done.hlsKey?.startsWith('derived/asset_1/hls/abc/'), true)
    assert.equal(done.outputs?.length, 2)
    const percents = seen.map(({ percent }) => percent)
    assert.deepEqual(
      percents,
      [...percents].sort((a, b) => a - b),
    )
    assert.equal(percents.at(-1), 100)
  })

  for (const [why, change] of [
    ['without qualities', { rungs: [] }],
    ['with a size of odd pixels', { rungs: [{ name: 'x', width: 101, height: 100, maxBitRate: 1 }] }],
    ['into a place that is no folder', { outputPrefix: 'derived/x' }],
  ] as const) {
    test(`refuses a package ${why} before it asks for anything`, async () => {
      const { transcoder, begun } = await open()
      await assert.rejects(transcoder.run(sampleJob(change)), { code: 'transcode.badJob' })
      assert.equal(begun(), 0)
    })
  }

  test('does not begin when it was cancelled before', async () => {
    const { transcoder, begun } = await open()
    const reason = new Error('stop')
    await assert.rejects(transcoder.run(sampleJob(), { signal: AbortSignal.abort(reason) }), /stop/)
    assert.equal(begun(), 0)
  })
}
