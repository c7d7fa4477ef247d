import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { suggestClips } from './suggest-clips.ts'

const seconds = (startS: number, endS: number) => ({ startMs: startS * 1000, endMs: endS * 1000 })

describe('suggesting clips', () => {
  test('a recording shorter than the shortest clip gives one clip of the whole', () => {
    const [clip, ...rest] = suggestClips({ durationMs: 8_000, silences: [], scenes: [] })
    assert.deepEqual([clip!.startMs, clip!.endMs], [0, 8_000])
    assert.match(clip!.reasons[0]!, /only 8 s long/)
    assert.equal(rest.length, 0)
  })

  test('a recording without length gives none', () => {
    assert.deepEqual(suggestClips({ durationMs: 0, silences: [], scenes: [] }), [])
  })

  test('a clip begins after a pause and ends in one, with a little air', () => {
    const silences = [seconds(0, 10), seconds(40, 50), seconds(80, 90)]
    const clips = suggestClips({ durationMs: 90_000, silences, scenes: [] }, { count: 1 })
    assert.deepEqual([clips[0]!.startMs, clips[0]!.endMs], [9_700, 40_300])
    assert.equal(clips[0]!.reasons[0], 'Begins after a pause of 10 s and ends in a pause of 10 s')
    assert.equal(clips[0]!.reasons[1], '98 % of its 30.6 s is speech')
  })

  test('a pause beside a scene change is preferred to a plain one', () => {
    const silences = [seconds(20, 21), seconds(22, 23), seconds(52, 53)]
    const plain = suggestClips({ durationMs: 120_000, silences, scenes: [] }, { count: 1 })
    const withScene = suggestClips(
      { durationMs: 120_000, silences, scenes: [{ atMs: 20_900 }] },
      { count: 1 },
    )
    assert.equal(plain[0]!.startMs, 22_700)
    assert.equal(withScene[0]!.startMs, 20_700)
  })

  for (const durationS of [60, 75, 90]) {
    test(`a ${durationS} s recording gives three clips, whether or not there are pauses`, () => {
      const pauses = [seconds(11, 12), seconds(24.2, 25), seconds(41, 42.5), seconds(55, 55.4)]
      for (const silences of [[], pauses]) {
        const clips = suggestClips({ durationMs: durationS * 1000, silences, scenes: [] })
        assert.equal(clips.length, 3)
      }
    })
  }

  test('a recording of two lengths gives two clips', () => {
    assert.equal(suggestClips({ durationMs: 40_000, silences: [], scenes: [] }).length, 2)
  })

  test('three hours are judged in a moment', () => {
    const silences = Array.from({ length: 4_000 }, (_, index) => seconds(index * 2.7 + 2, index * 2.7 + 2.5))
    const scenes = Array.from({ length: 2_000 }, (_, index) => ({ atMs: index * 5_400 }))
    const startedAt = performance.now()
    assert.equal(suggestClips({ durationMs: 10_800_000, silences, scenes }).length, 3)
    assert.ok(performance.now() - startedAt < 3_000)
  })

  test('any recording: in order, apart, inside, within the limits, with reasons, and the same each time', () => {
    const range = fc
      .tuple(fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 0, max: 9_000 }))
      .map(([startMs, length]) => ({ startMs, endMs: startMs + length }))
    const scene = fc.integer({ min: 0, max: 600_000 }).map((atMs) => ({ atMs }))
    const recording = fc.record({
      durationMs: fc.integer({ min: 1, max: 600_000 }),
      silences: fc.array(range, { maxLength: 40 }),
      scenes: fc.array(scene, { maxLength: 20 }),
    })
    fc.assert(
      fc.property(recording, (analysis) => {
        const clips = suggestClips(analysis)
        assert.deepEqual(suggestClips(analysis), clips)
        assert.ok(clips.length >= 1 && clips.length <= 3)
        if (analysis.durationMs >= 45_000) assert.equal(clips.length, 3)
        let last = 0
        for (const { startMs, endMs, reasons, score, title } of clips) {
          assert.ok(startMs >= last && endMs <= analysis.durationMs, `${startMs}–${endMs} after ${last}`)
          const length = endMs - startMs
          if (analysis.durationMs > 15_000) assert.ok(length >= 15_000 && length <= 60_000, `${length} ms`)
          assert.ok(reasons.length >= 1 && title.length > 0)
          assert.ok(score >= 0 && score <= 1)
          last = endMs
        }
      }),
      { numRuns: 200 },
    )
  })
})
