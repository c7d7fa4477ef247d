import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AV_LOG_ERROR } from 'node-av/constants'
import { Log } from 'node-av/lib'
import { type CodedSource, readCodedClip, writeCodedSource } from '../../../../test/fixtures/frame-code.ts'
import { createLibraryEngine } from '../../../platform/ffmpeg/engine.ts'
import { blend, fadeSamples } from './fade-parts.ts'
import { gainFor, type LoudnessWish } from './conform-loudness.ts'
import { stitchFile } from './stitch-file.ts'

const tools = { progress: async () => undefined }
const basic: CodedSource = { frames: 240, fps: { num: 30, den: 1 }, gop: 30, bFrames: 2, preset: 'veryfast' }

describe('cross-fades and loudness', { concurrency: false }, () => {
  let dir = ''
  before(async () => {
    Log.setLevel(AV_LOG_ERROR)
    dir = await mkdtemp(join(tmpdir(), 'fades-'))
    writeCodedSource(join(dir, 'a.mp4'), basic)
    writeCodedSource(join(dir, 'b.mp4'), { ...basic, width: 384, height: 216, fps: { num: 25, den: 1 } })
    await createLibraryEngine().run({
      inputs: [{ path: join(dir, 'a.mp4') }],
      graphs: [
        {
          media: 'audio',
          sources: [{ label: 'in', input: 0, stream: 'a:0' }],
          filters: '[in]volume=-12dB[out]',
          sinks: ['out'],
        },
      ],
      outputs: [
        {
          kind: 'file',
          path: join(dir, 'quiet.mp4'),
          muxer: 'mp4',
          streams: [
            { kind: 'copy', input: 0, stream: 'v:0' },
            { kind: 'encode', from: 'out', media: 'audio', encoder: 'aac' },
          ],
        },
      ],
    })
  })
  after(() => rm(dir, { recursive: true, force: true }))

  async function stitch(
    wanted: [name: string, fromMs: number, toMs: number][],
    more: { fadeMs?: number; loudness?: LoudnessWish },
  ) {
    const workDir = join(dir, 'work')
    await rm(workDir, { recursive: true, force: true })
    await mkdir(workDir)
    const parts = wanted.map(([name, startMs, endMs]) => ({ sourcePath: join(dir, name), startMs, endMs }))
    const outPath = join(dir, 'out.mp4')
    const receipt = await stitchFile({ parts, outPath, workDir, ...more }, tools)
    const clip = readCodedClip(outPath)
    assert.ok(receipt.seamCheck.passed)
    assert.equal(clip.damaged, 0)
    assert.equal(clip.frames.length, receipt.frames)
    return { receipt, numbers: clip.frames.map(({ number }) => number) }
  }

  const count = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

  test('only the fade is mixed and encoded; every other frame is there once, in order', async () => {
    const { receipt, numbers } = await stitch(
      [
        ['a.mp4', 0, 3_000],
        ['a.mp4', 4_000, 7_500],
      ],
      { fadeMs: 500 },
    )
    assert.equal(numbers.length, 90 + 105 - 15)
    assert.deepEqual(numbers.slice(0, 75), count(0, 75))
    assert.deepEqual(numbers.slice(90), count(135, 225))
    const [first, second] = receipt.parts
    assert.deepEqual([first!.frames, second!.frames, second!.fadeInMs], [75, 105, 500])
    assert.ok(receipt.copiedMs > 3_500, `${receipt.copiedMs} ms copied`)
    assert.ok(Math.abs(receipt.copiedMs + receipt.encodedMs - receipt.durationMs) < 0.01)
  })

  test('parts of another size and rate fade too; a fade takes at most half of a part', async () => {
    const { receipt } = await stitch(
      [
        ['a.mp4', 0, 2_000],
        ['b.mp4', 1_000, 1_400],
        ['a.mp4', 3_000, 5_000],
      ],
      { fadeMs: 1_000 },
    )
    // 60 + 12 + 60 frames, of which the two fades take 6 each.
    assert.ok(Math.abs(receipt.frames - 120) <= 2, `${receipt.frames}`)
    assert.deepEqual(
      receipt.parts.map(({ fadeInMs }) => Math.round(fadeInMs / 50) * 50),
      [0, 200, 200],
    )
  })

  test('a quieter part is made as loud as the first one, and only then', async () => {
    const wanted: [string, number, number][] = [
      ['a.mp4', 0, 3_000],
      ['quiet.mp4', 3_000, 6_000],
      ['a.mp4', 6_000, 8_000],
    ]
    const { receipt } = await stitch(wanted, { loudness: 'match' })
    const [first, quiet, last] = receipt.parts.map(({ gainDb }) => gainDb)
    assert.deepEqual([first, last], [0, 0])
    assert.ok(quiet! > 10.5 && quiet! < 13.5, `${quiet} dB`)
    // What was brought to the loudness of the first needs nothing more.
    await rename(join(dir, 'out.mp4'), join(dir, 'matched.mp4'))
    const again = await stitch(
      [
        ['a.mp4', 0, 2_000],
        ['matched.mp4', 3_200, 5_800],
      ],
      { loudness: 'match' },
    )
    assert.equal(again.receipt.parts[1]!.gainDb, 0)
    const kept = await stitch(wanted, { loudness: 'keep' })
    assert.ok(kept.receipt.parts.every(({ gainDb }) => gainDb === 0))
  })

  test('pictures pass over step by step, sound with equal power, and gains never clip', () => {
    const picture = Uint8Array.from([200, 0])
    blend(picture, Uint8Array.from([100, 200]), 64)
    assert.deepEqual([...picture], [125, 150])
    const samples = Float32Array.from({ length: 5 }, () => 1)
    fadeSamples(samples, new Float32Array(4), 0, 4)
    assert.ok(samples[0] === 0 && samples[4]! > 0.999 && Math.abs(samples[2]! - Math.SQRT1_2) < 1e-6)
    assert.equal(gainFor({ lufs: -30, peak: 0.1 }, -16), 14)
    assert.ok(gainFor({ lufs: -30, peak: 0.5 }, -16) <= 5.1)
    assert.equal(gainFor({ lufs: -16.5, peak: 0.5 }, -16), 0)
    assert.equal(gainFor({ lufs: -10, peak: 1 }, -16), -6)
  })
})
