import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  formatClock,
  formatDuration,
  formatTimecode,
  frameToMs,
  msToNearestFrame,
  parseTime,
} from './time.ts'

const ntsc = { num: 30_000, den: 1001 }
const ntsc60 = { num: 60_000, den: 1001 }
const pal = { num: 25, den: 1 }
const film = { num: 24_000, den: 1001 }

describe('a time', () => {
  const cases: Array<[string, number]> = [
    ['12.5', 12_500],
    ['0', 0],
    ['7s', 7_000],
    [' 1.001 ', 1_001],
    ['00:00:12.500', 12_500],
    ['01:02:03.004', 3_723_004],
    ['1:02', 62_000],
    ['100:00:00', 360_000_000],
    ['375f', 15_000],
    ['00:00:12:15', 12_600],
  ]
  for (const [text, ms] of cases) {
    test(`written ${text} is ${ms} ms at 25 fps`, () => assert.ok(Math.abs(parseTime(text, pal) - ms) < 1e-9))
  }

  for (const text of [
    '',
    '-1',
    'abc',
    '1:60',
    '1:2:3:4:5',
    '00:00:00:25',
    '12,5',
    '1e3',
    '∞',
    '00:00:12;15',
    '5 f',
  ]) {
    test(`cannot be "${text}" at 25 fps`, () =>
      assert.throws(() => parseTime(text, pal), { code: 'time.invalid' }))
  }

  test('that counts frames needs a frame rate', () => {
    assert.throws(() => parseTime('375f'), { code: 'time.invalid', message: /frame rate/ })
    assert.throws(() => parseTime('00:00:12:15'), { code: 'time.invalid', message: /frame rate/ })
    assert.equal(parseTime('00:00:12.5'), 12_500)
  })

  test('in frames comes back to the same frame after an hour at 29.97 fps', () => {
    for (const frame of [0, 1, 1799, 1800, 107_892, 5_000_000]) {
      assert.equal(msToNearestFrame(frameToMs(frame, ntsc), ntsc), frame)
      assert.equal(msToNearestFrame(parseTime(`${frame}f`, ntsc), ntsc), frame)
    }
  })
})

describe('drop-frame timecode', () => {
  // The well-known points of SMPTE ST 12-1 at 29.97 fps.
  const points: Array<[string, number]> = [
    ['00:00:00;00', 0],
    ['00:00:59;29', 1_799],
    ['00:01:00;02', 1_800],
    ['00:09:59;29', 17_981],
    ['00:10:00;00', 17_982],
    ['01:00:00;00', 107_892],
  ]
  for (const [text, frame] of points) {
    test(`${text} is frame ${frame}, both ways`, () => {
      assert.equal(msToNearestFrame(parseTime(text, ntsc), ntsc), frame)
      assert.equal(formatTimecode(frame, ntsc, { dropFrame: true }), text)
    })
  }

  test('stays within a frame of the clock for a day', () => {
    const dayFrames = Math.round((86_400 * ntsc.num) / ntsc.den)
    assert.ok(
      Math.abs(frameToMs(msToNearestFrame(parseTime('24:00:00;00', ntsc), ntsc), ntsc) - 86_400_000) < 100,
    )
    assert.ok(dayFrames > 0)
  })

  test('has no number that the rule skips', () => {
    assert.throws(() => parseTime('00:01:00;00', ntsc), { code: 'time.invalid', message: /skips/ })
    assert.throws(() => parseTime('00:01:00;01', ntsc), { code: 'time.invalid' })
    assert.throws(() => parseTime('00:01:00;03', ntsc60), { code: 'time.invalid' })
    assert.equal(msToNearestFrame(parseTime('00:01:00;04', ntsc60), ntsc60), 3_600)
  })

  test('exists only at 29.97 and 59.94 fps', () => {
    assert.throws(() => parseTime('00:00:10;00', film), { code: 'time.invalid', message: /29\.97/ })
    assert.throws(() => formatTimecode(10, pal, { dropFrame: true }), { code: 'time.invalid' })
  })

  test('read and written again is the same for every frame of ten minutes', () => {
    for (let frame = 0; frame < 18_000; frame += 1) {
      const text = formatTimecode(frame, ntsc, { dropFrame: true })
      assert.equal(msToNearestFrame(parseTime(text, ntsc), ntsc), frame, text)
    }
  })
})

test('timecode without dropping counts frames plainly', () => {
  assert.equal(formatTimecode(315, pal), '00:00:12:15')
  assert.equal(formatTimecode(1_800, ntsc), '00:01:00:00')
  assert.equal(msToNearestFrame(parseTime('00:01:00:00', ntsc), ntsc), 1_800)
})

test('a clock time has milliseconds and carries over', () => {
  assert.equal(formatClock(3_723_500), '01:02:03.500')
  assert.equal(formatClock(59_999.6), '00:01:00.000')
})

test('a length is written the way people say it', () => {
  const written = [0, 850, 12_500, 59_949, 59_950, 62_000, 3_723_000].map(formatDuration)
  assert.deepEqual(written, ['0 ms', '850 ms', '12.5 s', '59.9 s', '1:00', '1:02', '1:02:03'])
})
