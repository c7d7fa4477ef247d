import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CutListInput, readCutList } from './cut-list.ts'
import { toEditRate } from './edit-rate.ts'
import { cutListFromAnalysis, cutListFromClips } from './make-cut-list.ts'

const list: CutListInput = {
  frameRate: { num: 25, den: 1 },
  source: { name: 'talk.mp4', durationFrames: 100 },
  events: [{ sourceStartFrame: 0, sourceEndFrame: 10 }],
}

describe('a cut list that cannot be meant', () => {
  const cases: Array<[string, unknown, RegExp]> = [
    ['is reversed', { ...list, events: [{ sourceStartFrame: 9, sourceEndFrame: 3 }] }, /Event 1 .*reversed/],
    ['is empty', { ...list, events: [{ sourceStartFrame: 3, sourceEndFrame: 3 }] }, /Event 1 .*empty/],
    [
      'ends after the recording',
      { ...list, events: [{ sourceStartFrame: 0, sourceEndFrame: 101 }] },
      /has 100 frames/,
    ],
    [
      'is between two frames',
      { ...list, events: [{ sourceStartFrame: 0.5, sourceEndFrame: 3 }] },
      /events\[0\]\.sourceStartFrame/,
    ],
    [
      'is not a number',
      { ...list, events: [{ sourceStartFrame: Number.NaN, sourceEndFrame: 3 }] },
      /events\[0\]\.sourceStartFrame/,
    ],
    ['has no events', { ...list, events: [] }, /events/],
    ['marks what is not there', { ...list, markers: [{ frame: 100, name: 'End' }] }, /"End".*frame 100/],
    ['drops frames at 25 fps', { ...list, dropFrame: true }, /29\.97/],
    ['has no rate', { ...list, frameRate: { num: 0, den: 1 } }, /frameRate\.num/],
    ['is something else', 'cut', /the whole/],
  ]
  for (const [what, value, message] of cases) {
    test(`is refused when it ${what}`, () => {
      assert.throws(() => readCutList(value), { code: 'cutList.invalid', message })
    })
  }
})

describe('a cut list', () => {
  test('counts in drop-frame timecode where that exists, unless told otherwise', () => {
    const ntsc = { ...list, frameRate: { num: 30_000, den: 1001 } }
    assert.equal(readCutList(list).dropFrame, false)
    assert.equal(readCutList(ntsc).dropFrame, true)
    assert.equal(readCutList({ ...ntsc, dropFrame: false }).dropFrame, false)
  })

  test('has a rate that editors know, however the container wrote it', () => {
    assert.deepEqual(toEditRate({ num: 2997, den: 100 }), { num: 30_000, den: 1001 })
    assert.deepEqual(toEditRate({ num: 23_976, den: 1000 }), { num: 24_000, den: 1001 })
    assert.deepEqual(toEditRate({ num: 15_360, den: 512 }), { num: 30, den: 1 })
    assert.deepEqual(toEditRate({ num: 25, den: 2 }), { num: 25, den: 2 })
  })

  test('comes from what an analysis keeps', () => {
    const analysis = {
      frameRate: { num: 30, den: 1 },
      frames: 300,
      keep: [
        { startFrame: 0, endFrame: 60, startMs: 0, endMs: 2000 },
        { startFrame: 90, endFrame: 300, startMs: 3000, endMs: 10_000 },
      ],
    }
    const made = cutListFromAnalysis(analysis, { name: 'Talk' })
    assert.deepEqual(made.events, [
      { sourceStartFrame: 0, sourceEndFrame: 60 },
      { sourceStartFrame: 90, sourceEndFrame: 300 },
    ])
    assert.equal(made.source.durationFrames, 300)
    const overlapping = { ...analysis, keep: [analysis.keep[1], analysis.keep[0]] }
    assert.throws(() => cutListFromAnalysis(overlapping, { name: 'x' }), {
      code: 'cutList.invalid',
      message: /Stretch 2/,
    })
    assert.throws(() => cutListFromAnalysis({ ...analysis, keep: [] }, { name: 'x' }), {
      code: 'cutList.invalid',
      message: /keeps nothing/,
    })
  })

  test('comes from clips, at the nearest frames', () => {
    const input = { name: 'Best of', frameRate: { num: 30_000, den: 1001 }, durationFrames: 3000 }
    const made = cutListFromClips([{ startMs: 1001, endMs: 2003, title: 'One' }], input)
    assert.deepEqual(made.events, [{ sourceStartFrame: 30, sourceEndFrame: 60, name: 'One' }])
    assert.throws(() => cutListFromClips([{ startMs: 0, endMs: Number.NaN }], input), {
      code: 'cutList.invalid',
    })
    assert.throws(() => cutListFromClips([{ startMs: -500, endMs: 500 }], input), {
      code: 'cutList.invalid',
    })
  })
})
