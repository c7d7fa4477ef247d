import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLevelMeter } from './level-meter.ts'
import { createMetadataRows } from './metadata-rows.ts'
import { readLevels, readMetadata, readPackets } from './cli-readers.ts'
import { clockwise, rotationOf } from './display-facts.ts'

describe('the level meter', () => {
  test('keeps windows in step with 29.97 fps frames for an hour', () => {
    const meter = createLevelMeter({ sampleRate: 44_100, channels: 1, windows: [{ num: 30_000, den: 1001 }] })
    const second = new Float32Array(44_100)
    for (let index = 0; index < 3_600; index++) meter.add(second)
    const frames = (3_600 * 30_000) / 1001
    assert.equal(meter.finish().series[0]!.max.length, Math.ceil(frames))
  })

  test('takes the extremes over all channels, across the pieces it is given', () => {
    const meter = createLevelMeter({ sampleRate: 4, channels: 2, windows: [{ num: 2, den: 1 }] })
    meter.add(Float32Array.of(0.1, -0.2, 0.3))
    meter.add(Float32Array.of(0.25, 0.5, -0.5, 0, 0, 0.75, 0))
    const { series, samples } = meter.finish()
    assert.equal(samples, 5)
    assert.deepEqual(
      [[...series[0]!.min], [...series[0]!.max]].map((values) =>
        values.map((value) => Number(value.toFixed(2))),
      ),
      [
        [-0.2, -0.5, 0],
        [0.3, 0.5, 0.75],
      ],
    )
  })
})

describe('metadata rows', () => {
  test('are thinned out, but the last one always stays', () => {
    const rows = createMetadataRows({ keys: ['a'], everyMs: 1000 })
    for (const timeMs of [0, 100, 950, 1000, 1100, 1900]) rows.add(timeMs, () => String(timeMs))
    assert.deepEqual(rows.finish(), {
      kind: 'metadata',
      timesMs: [0, 1000, 1900],
      values: { a: [0, 1000, 1900] },
    })
  })
})

describe('what the program prints', () => {
  test('is read whatever the pieces it comes in', () => {
    const reader = readMetadata({
      kind: 'metadata',
      media: 'video',
      from: 'x',
      keys: ['lavfi.scd.score', 'none'],
    })
    const text =
      'frame:0    pts:0       pts_time:0\nlavfi.scd.score=0.5\nframe:1 pts:7 pts_time:2.5\nlavfi.scd.score=12\n'
    for (const character of text) reader.add(Buffer.from(character))
    assert.deepEqual(reader.finish(), {
      kind: 'metadata',
      timesMs: [0, 2500],
      values: { 'lavfi.scd.score': [0.5, 12], none: [Number.NaN, Number.NaN] },
    })
  })

  test('of samples may break inside a number', () => {
    const bytes = Buffer.from(Float32Array.of(0.5, -0.25, 1).buffer)
    const levels = {
      kind: 'levels',
      from: 'x',
      sampleRate: 3,
      channels: 1,
      windows: [{ num: 1, den: 1 }],
    } as const
    const reader = readLevels({ ...levels, windows: [...levels.windows] })
    reader.add(bytes.subarray(0, 5))
    reader.add(bytes.subarray(5))
    const result = reader.finish()
    assert.ok(result.kind === 'levels')
    assert.deepEqual([[...result.series[0]!.min], [...result.series[0]!.max]], [[-0.25], [1]])
  })

  test('of packets tells key frames from others', () => {
    const reader = readPackets()
    reader.add(Buffer.from('#tb 0: 1/30000\n0, -1000, 0, 1000, 500, 0x1\n0, 0, 1000, 1000, 50, 0x2, F=0x0\n'))
    assert.deepEqual(reader.finish(), {
      kind: 'packets',
      ptsMs: [0, 1000 / 30],
      durationsMs: [1000 / 30, 1000 / 30],
      isKey: [true, false],
      sizeBytes: 550,
    })
  })
})

test('rotation is read from the display matrix, clockwise', () => {
  const matrix = (a: number, b: number) => {
    const buffer = Buffer.alloc(36)
    buffer.writeInt32LE(a * 65_536, 0)
    buffer.writeInt32LE(b * 65_536, 4)
    return buffer
  }
  assert.deepEqual(
    [
      rotationOf(matrix(1, 0)),
      rotationOf(matrix(0, 1)),
      rotationOf(matrix(-1, 0)),
      rotationOf(matrix(0, -1)),
    ],
    [0, 90, 180, 270],
  )
  assert.equal(clockwise(-90), 270)
})
