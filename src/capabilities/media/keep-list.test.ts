import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultAnalysisOptions } from './analysis.ts'
import { findSpeech } from './keep-list.ts'

/** Levels from a drawing: `#` is loud, `.` is quiet, one frame each. */
function levels(drawing: string, height = 0.5) {
  const max = Float32Array.from(drawing, (mark) => (mark === '#' ? height : 0.001))
  return { max, min: new Float32Array(max.length) }
}

function keepFrames(drawing: string, options = {}) {
  const found = findSpeech(levels(drawing), {
    frames: drawing.length,
    frameRate: { num: 30, den: 1 },
    options: { ...defaultAnalysisOptions, ...options },
  })
  return found.keep.map(({ startFrame, endFrame }) => [startFrame, endFrame])
}

describe('the keep list', () => {
  test('adds the margin of 0.2 s (6 frames) on both sides', () => {
    assert.deepEqual(keepFrames(`${'.'.repeat(20)}##########${'.'.repeat(20)}`), [[14, 36]])
  })

  test('stops at the ends of the recording', () => {
    assert.deepEqual(keepFrames(`..##########${'.'.repeat(20)}`), [[0, 18]])
  })

  test('keeps a pause that is shorter than 0.2 s after the margins', () => {
    assert.deepEqual(keepFrames(`##########${'.'.repeat(17)}##########`), [[0, 37]])
    assert.deepEqual(keepFrames(`##########${'.'.repeat(18)}##########`), [
      [0, 16],
      [22, 38],
    ])
  })

  test('leaves out a click of less than 0.1 s', () => {
    assert.deepEqual(keepFrames(`${'.'.repeat(30)}##${'.'.repeat(30)}`), [])
    assert.deepEqual(keepFrames(`${'.'.repeat(30)}###${'.'.repeat(30)}`), [[24, 39]])
  })

  test('follows its options', () => {
    const drawing = `${'.'.repeat(20)}##########${'.'.repeat(20)}`
    assert.deepEqual(keepFrames(drawing, { marginMs: 0 }), [[20, 30]])
    assert.deepEqual(keepFrames(drawing, { marginMs: 100 }), [[17, 33]])
    assert.deepEqual(keepFrames(drawing, { minClipMs: 500 }), [])
  })

  test('measures against the loudest sample, so a quiet recording is not all silence', () => {
    const frames = 30
    const found = findSpeech(levels(`${'.'.repeat(10)}##########${'.'.repeat(10)}`, 0.03), {
      frames,
      frameRate: { num: 30, den: 1 },
      options: defaultAnalysisOptions,
    })
    assert.deepEqual(found.silences, [
      { startMs: 0, endMs: 333 },
      { startMs: 667, endMs: 1000 },
    ])
  })

  test('of digital silence keeps nothing', () => {
    const silence = { max: new Float32Array(60), min: new Float32Array(60) }
    const found = findSpeech(silence, {
      frames: 60,
      frameRate: { num: 30, den: 1 },
      options: defaultAnalysisOptions,
    })
    assert.deepEqual(found, { keep: [], silences: [{ startMs: 0, endMs: 2000 }] })
  })
})
