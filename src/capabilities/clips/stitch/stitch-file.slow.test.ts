import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AV_LOG_ERROR } from 'node-av/constants'
import { Log } from 'node-av/lib'
import {
  type CodedSource,
  frameTimesMs,
  readCodedClip,
  soundOffsetMs,
  writeCodedSource,
} from '../../../../test/fixtures/frame-code.ts'
import { stitchFile } from './stitch-file.ts'
import type { StitchResult } from './stitch-job.ts'

const tools = { progress: async () => undefined }
const fps30 = { num: 30, den: 1 }
const basic: CodedSource = { frames: 240, fps: fps30, gop: 30, bFrames: 2, preset: 'veryfast' }

type Wanted = { source: string; from: number; to: number }

describe('stitching gives every frame of every part, in order', { concurrency: false }, () => {
  let dir = ''
  let out = ''
  const sources = new Map<string, CodedSource>()
  const pathOf = (name: string) => join(dir, name)

  before(async () => {
    Log.setLevel(AV_LOG_ERROR)
    dir = await mkdtemp(join(tmpdir(), 'stitch-'))
    out = pathOf('out.mp4')
    for (const [name, source] of [
      ['a.mp4', basic],
      ['b.mp4', { ...basic, gop: 45 }],
      ['noB.mp4', { ...basic, bFrames: 0 }],
      ['main.mp4', { ...basic, profile: 'main' }],
      ['deep.mp4', { ...basic, bFrames: 5, x264: 'b-pyramid=normal:b-adapt=0' }],
      ['large.mp4', { ...basic, width: 384, height: 216 }],
      ['tall.mp4', { ...basic, width: 112, height: 192 }],
      ['25.mp4', { ...basic, fps: { num: 25, den: 1 }, frames: 200 }],
      ['2997.mp4', { ...basic, fps: { num: 30_000, den: 1001 } }],
      ['44k.mp4', { ...basic, audio: { sampleRate: 44_100 } }],
      ['mute.mp4', { ...basic, audio: false }],
      ['stream.ts', { ...basic, container: 'mpegts' }],
      ['file.mkv', { ...basic, container: 'matroska' }],
      ['hevc.mp4', { ...basic, codec: 'libx265' }],
      ['open.mp4', { ...basic, openGop: true }],
      ['turned.mp4', { ...basic, rotation: 90 }],
      ['phone.mp4', { ...basic, frameTicks: (frame: number) => (frame % 7 === 0 ? 6_000 : 3_003) }],
    ] as [string, CodedSource][]) {
      writeCodedSource(pathOf(name), source)
      sources.set(name, source)
    }
  })
  after(() => rm(dir, { recursive: true, force: true }))

  /** Stitches frame ranges and compares frames, times, sound and receipt. */
  async function stitch(wanted: Wanted[], rate = fps30): Promise<StitchResult> {
    const workDir = pathOf('work')
    await rm(workDir, { recursive: true, force: true })
    await mkdir(workDir)
    const parts = wanted.map(({ source, from, to }) => {
      const times = frameTimesMs(sources.get(source)!)
      return { sourcePath: pathOf(source), startMs: times[from]!, endMs: times[to]! }
    })
    const receipt = await stitchFile({ parts, outPath: out, workDir }, tools)
    const clip = readCodedClip(out)
    const expected = wanted.map((one) => expectedNumbers(one, sources.get(one.source)!, rate))
    assert.deepEqual(
      clip.frames.map(({ number }) => number),
      expected.flat(),
    )
    assert.equal(clip.damaged, 0)
    assert.equal(receipt.frames, expected.flat().length)
    assert.equal(receipt.requestedFrames, receipt.frames)
    assert.deepEqual(
      receipt.parts.map(({ frames }) => frames),
      expected.map((numbers) => numbers.length),
    )
    assert.ok(receipt.seamCheck.passed)
    assert.ok(Math.abs(receipt.copiedMs + receipt.encodedMs - receipt.durationMs) < 0.01)
    let at = 0
    for (const [index, { source, from }] of wanted.entries()) {
      const coded = sources.get(source)!
      const first = clip.frames[at]!.atMs
      const sourceMs = frameTimesMs(coded)[from]!
      const durationMs = (expected[index]!.length * 1000 * rate.den) / rate.num
      at += expected[index]!.length
      if (coded.audio === false || !clip.sound || durationMs < 500) continue
      for (const inside of [60, durationMs - 260]) {
        const offset = soundOffsetMs(clip, sourceMs - first, first + inside)
        assert.ok(Math.abs(offset) < 12, `sound of part ${index + 1} is ${offset} ms off at ${inside} ms`)
      }
    }
    return receipt
  }

  function assertEven(rate = fps30) {
    for (const [index, { atMs }] of readCodedClip(out).frames.entries()) {
      const right = (index * 1000 * rate.den) / rate.num
      assert.ok(Math.abs(atMs - right) < 0.05, `frame ${index} at ${atMs}, not ${right}`)
    }
  }

  test('several ranges of one file are copied but for their edges', async () => {
    const receipt = await stitch([
      { source: 'a.mp4', from: 130, to: 220 },
      { source: 'a.mp4', from: 15, to: 100 },
      { source: 'a.mp4', from: 60, to: 120 },
    ])
    assertEven()
    assert.equal(receipt.mode, 'exact')
    assert.deepEqual(
      receipt.parts.map(({ fallback }) => fallback),
      [null, null, null],
    )
    assert.ok(receipt.copiedMs > receipt.encodedMs)
    const { size } = await stat(pathOf('a.mp4'))
    assert.ok(
      receipt.bytesRead > size / 2 && receipt.bytesRead < 20 * size,
      `${receipt.bytesRead} of ${size}`,
    )
  })

  test('a range without a key picture is encoded to stand beside copied ones', async () => {
    const receipt = await stitch([
      { source: 'a.mp4', from: 20, to: 110 },
      { source: 'a.mp4', from: 5, to: 25 },
      { source: 'a.mp4', from: 121, to: 122 },
      { source: 'a.mp4', from: 150, to: 239 },
    ])
    assertEven()
    assert.deepEqual(
      receipt.parts.map(({ copiedMs }) => copiedMs > 0),
      [true, false, false, true],
    )
  })

  test('files that agree are copied, those that do not are fitted', async () => {
    for (const [other, because] of [
      ['b.mp4', null],
      ['44k.mp4', null],
      ['mute.mp4', null],
      ['stream.ts', /coding parameters/],
      ['noB.mp4', /coding parameters/],
      ['main.mp4', /coding parameters/],
      ['deep.mp4', null],
      ['large.mp4', /size/],

      ['2997.mp4', /rate/],
      ['hevc.mp4', /H\.264|colours/],
      ['open.mp4', /closed group|coding parameters/],
    ] as const) {
      const wanted = [
        { source: 'a.mp4', from: 40, to: 130 },
        { source: other, from: 25, to: 115 },
        { source: 'a.mp4', from: 0, to: 45 },
      ]
      const receipt = await stitch(wanted).catch((error: unknown) => {
        throw new Error(other, { cause: error })
      })
      assertEven()
      const [first, second] = receipt.parts
      assert.equal(first!.fallback, null, other)
      if (because === null) assert.equal(second!.fallback, null, other)
      else assert.match(second!.fallback ?? '', because, other)
      assert.ok(receipt.width === 192 && receipt.height === 108)
    }
  })

  test('another frame rate is fitted to that of the first part', async () => {
    await stitch([
      { source: 'a.mp4', from: 10, to: 70 },
      { source: '25.mp4', from: 30, to: 80 },
    ])
    assertEven()
    const receipt = await stitch(
      [
        { source: '25.mp4', from: 30, to: 130 },
        { source: 'a.mp4', from: 10, to: 100 },
      ],
      { num: 25, den: 1 },
    )
    assertEven({ num: 25, den: 1 })
    assert.match(receipt.parts[1]!.fallback ?? '', /rate/)
  })

  test('turned and variable recordings, Matroska and silence first', async () => {
    await stitch([
      { source: 'turned.mp4', from: 20, to: 80 },
      { source: 'turned.mp4', from: 100, to: 190 },
    ])
    assert.ok(readCodedClip(out).rotationMatrix, 'still turned')
    const matroska = await stitch([
      { source: 'file.mkv', from: 20, to: 80 },
      { source: 'file.mkv', from: 100, to: 190 },
    ])
    assert.equal(matroska.mode, 'exact')
    await stitch([
      { source: 'mute.mp4', from: 20, to: 80 },
      { source: 'a.mp4', from: 100, to: 190 },
    ])
    assert.ok(readCodedClip(out).sound)
  })
})

/** Frames of the part as they should come out, fitted to a rate by showing the frame that is there at each time. */
function expectedNumbers(wanted: Wanted, coded: CodedSource, rate: { num: number; den: number }): number[] {
  const own = coded.fps
  if (own.num * rate.den === rate.num * own.den) {
    return Array.from({ length: wanted.to - wanted.from }, (_, index) => wanted.from + index)
  }
  const lengthMs = ((wanted.to - wanted.from) * 1000 * own.den) / own.num
  const count = Math.round((lengthMs * rate.num) / (rate.den * 1000))
  return Array.from(
    { length: count },
    (_, index) =>
      wanted.from +
      Math.min(
        wanted.to - wanted.from - 1,
        Math.floor((index * rate.den * own.num) / (rate.num * own.den) + 1e-9),
      ),
  )
}
