import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { Log } from 'node-av/lib'
import { AV_LOG_ERROR } from 'node-av/constants'
import {
  type CodedSource,
  frameTimesMs,
  readCodedClip,
  soundOffsetMs,
  writeCodedSource,
} from '../../../../test/fixtures/frame-code.ts'
import { cutFile } from './cut-file.ts'
import type { CutResult } from './receipt.ts'

const tools = { progress: async () => undefined }
const rates = {
  '23.976': { num: 24_000, den: 1001 },
  '25': { num: 25, den: 1 },
  '29.97': { num: 30_000, den: 1001 },
  '30': { num: 30, den: 1 },
  '50': { num: 50, den: 1 },
  '59.94': { num: 60_000, den: 1001 },
  '60': { num: 60, den: 1 },
}
/** Phones: mostly 30 frames a second, now and then a pause or a hurry. */
const phoneTicks = (frame: number) => (frame % 17 === 0 ? 6_000 : frame % 5 === 0 ? 1_500 : 3_003)

type Expected = { mode?: 'exact' | 'encode'; audio?: CutResult['audio']; fallback?: RegExp }
type Case = { name: string; source: Partial<CodedSource>; expected?: Expected; ranges?: number }

const structures: { name: string; source: Partial<CodedSource>; expected?: Expected }[] = [
  { name: 'closed groups with B-frames', source: { bFrames: 3, preset: 'veryfast' } },
  { name: 'no B-frames', source: { bFrames: 0, profile: 'baseline' } },
  {
    name: 'open groups',
    source: { openGop: true, bFrames: 3, preset: 'veryfast' },
    expected: { mode: 'encode', fallback: /closed group/ },
  },
]

const matrix: Case[] = [
  ...Object.entries(rates).flatMap(([rate, fps]) =>
    structures.map(({ name, source, expected }) => ({
      name: `${rate} fps, ${name}`,
      source: { fps, ...source },
      expected,
    })),
  ),
  ...Object.entries(rates).map(([rate, fps]) => ({
    name: `${rate} fps in Matroska`,
    source: { fps, container: 'matroska' as const, preset: 'veryfast' },
    expected: { audio: 'encoded' as const },
  })),
  ...Object.entries(rates).map(([rate, fps]) => ({
    name: `${rate} fps in a transport stream`,
    source: { fps, container: 'mpegts' as const, preset: 'veryfast' },
    expected: { audio: 'encoded' as const },
  })),
  ...([90, 180, 270] as const).map((rotation) => ({ name: `turned by ${rotation}°`, source: { rotation } })),
  ...[0, 2, 3].map((bFrames) => ({
    name: `variable frame rate, ${bFrames} B-frames`,
    source: { frameTicks: phoneTicks, bFrames, preset: 'veryfast' },
  })),
  {
    name: 'variable frame rate, open groups',
    source: { frameTicks: phoneTicks, openGop: true, bFrames: 2, preset: 'veryfast' },
    expected: { mode: 'encode' },
  },
  {
    name: 'a pyramid of five B-frames',
    source: { bFrames: 5, preset: 'veryfast', x264: 'b-pyramid=normal:b-adapt=0' },
  },
  {
    name: 'a strict pyramid',
    source: { bFrames: 3, preset: 'veryfast', x264: 'b-pyramid=strict:b-adapt=0' },
  },
  { name: 'main profile', source: { profile: 'main', preset: 'veryfast' } },
  { name: 'every frame a key frame', source: { gop: 1, bFrames: 0 } },
  { name: 'groups of 2 s', source: { gop: 60 } },
  { name: 'one group in all', source: { gop: 1000 }, expected: { mode: 'encode', fallback: /closed group/ } },
  { name: 'several slices a picture', source: { x264: 'slices=4' } },
  { name: 'several references', source: { preset: 'veryfast', x264: 'ref=5' } },
  { name: 'a QuickTime file', source: { container: 'mov' } },
  { name: 'no sound', source: { audio: false }, expected: { audio: 'none' } },
  { name: 'sound at 44.1 kHz', source: { audio: { sampleRate: 44_100 } } },
  { name: 'sound at 22.05 kHz', source: { audio: { sampleRate: 22_050 } } },
  { name: 'three sound tracks', source: { audio: { tracks: 3 } } },
  { name: 'MP3 sound', source: { audio: { codec: 'libmp3lame' } }, expected: { audio: 'encoded' } },
  {
    name: 'Opus sound',
    source: { container: 'matroska', audio: { codec: 'libopus' } },
    expected: { audio: 'encoded' },
  },
  {
    name: 'PCM sound',
    source: { container: 'mov', audio: { codec: 'pcm_s16le' } },
    expected: { audio: 'encoded' },
  },
  { name: 'HEVC', source: { codec: 'libx265' }, expected: { mode: 'encode', fallback: /not H\.264/ } },
  { name: '10-bit HEVC', source: { codec: 'libx265', tenBit: true }, expected: { mode: 'encode' } },
  { name: '10-bit H.264', source: { tenBit: true }, expected: { mode: 'encode', fallback: /8-bit/ } },
  { name: 'MPEG-4 part 2', source: { codec: 'mpeg4', bFrames: 0 }, expected: { mode: 'encode' } },
  {
    name: 'interlaced',
    source: { interlaced: true, preset: 'veryfast', height: 128 },
    expected: { mode: 'encode', fallback: /interlaced/ },
  },
]

describe('cut clips hold exactly the frames asked for', { concurrency: false }, () => {
  let dir = ''
  before(async () => {
    Log.setLevel(AV_LOG_ERROR)
    dir = await mkdtemp(join(tmpdir(), 'exact-'))
  })
  after(() => rm(dir, { recursive: true, force: true }))

  test('the matrix has at least 60 combinations', () => assert.ok(matrix.length >= 60, `${matrix.length}`))

  for (const { name, source, expected, ranges = 4 } of matrix) {
    test(name, async () => {
      const coded: CodedSource = { frames: 150, fps: rates['30'], gop: 30, ...source }
      const path = join(dir, `source.${coded.container ?? 'mp4'}`)
      writeCodedSource(path, coded)
      const times = frameTimesMs(coded)
      const endMs = times.at(-1)! + 1
      const range = fc
        .tuple(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 1e6 }))
        .map(([from, length]) => {
          // Whole milliseconds are never within half a tick of a frame without being on it.
          const startMs = Math.round((from / 1e6) * (endMs - 700))
          return { startMs, endMs: startMs + 150 + Math.floor((length / 1e6) * (endMs - startMs - 150)) }
        })
      await fc.assert(
        fc.asyncProperty(range, (wanted) =>
          checkCut(path, join(dir, 'clip.mp4'), coded, times, wanted, expected),
        ),
        { numRuns: ranges, seed: name.length * 7919, endOnFailure: true },
      )
      // Starts and ends that lie exactly on frames, key frames among them.
      for (const [from, to] of [
        [0, 45],
        [30, 90],
        [29, 61],
        [31, 32],
      ] as const) {
        const wanted = { startMs: times[from]!, endMs: times[to]! }
        await checkCut(path, join(dir, 'clip.mp4'), coded, times, wanted, expected)
      }
    })
  }
})

/** Half of the coarsest clock (Matroska: a millisecond); a frame so close to an edge belongs by its rounded time. */
function isWanted(timeMs: number, range: { startMs: number; endMs: number }, clock: number): boolean {
  const round = (ms: number) => Math.round((ms * clock) / 1000)
  return round(timeMs) >= round(range.startMs) && round(timeMs) < round(range.endMs)
}

async function checkCut(
  sourcePath: string,
  outPath: string,
  coded: CodedSource,
  times: number[],
  range: { startMs: number; endMs: number },
  expected: Expected = {},
): Promise<void> {
  const clock = coded.container === 'matroska' ? 1000 : 90_000
  const wanted = times.flatMap((ms, number) => (isWanted(ms, range, clock) ? [number] : []))
  const receipt = await cutFile({ sourcePath, outPath, ...range, mode: 'exact' }, tools)
  const clip = readCodedClip(outPath)

  assert.deepEqual(
    clip.frames.map(({ number }) => number),
    wanted,
    'every frame, in order',
  )
  assert.equal(clip.damaged, 0, 'no decoding errors')
  const first = times[wanted[0]!]!
  for (const [index, { atMs }] of clip.frames.entries()) {
    const right = times[wanted[index]!]! - first
    assert.ok(
      Math.abs(atMs - right) <= (clock === 1000 ? 1.01 : 0.02),
      `frame ${index} at ${atMs}, not ${right}`,
    )
  }
  assert.equal(receipt.requestedFrames, wanted.length)
  assert.equal(receipt.frames, wanted.length)
  assert.ok(Math.abs(receipt.copiedMs + receipt.encodedMs - receipt.durationMs) < 0.01)
  assert.equal(receipt.seamCheck.passed, true)
  // The first picture of a file can always be copied, whatever follows.
  if (first > 0 && expected.mode) assert.equal(receipt.mode, expected.mode, receipt.fallback ?? undefined)
  if (first > 0 && expected.fallback) assert.match(receipt.fallback ?? '', expected.fallback)
  // Falling back keeps clips right, so it would hide a broken join: only these reasons are good ones.
  if (!expected.mode) assert.match(receipt.fallback ?? 'closed group', /closed group|almost nothing/)
  assert.equal(receipt.audio, expected.audio ?? 'copied')
  if (coded.rotation)
    assert.ok(clip.rotationMatrix && clip.rotationMatrix.readInt32LE(0) !== 65_536, 'still turned')

  const durationMs = wanted.length > 12 ? clip.frames.at(-1)!.atMs : 0
  if (!clip.sound || durationMs < 400) return
  for (const atMs of [20, durationMs - 250]) {
    const offset = soundOffsetMs(clip, first, atMs)
    assert.ok(Math.abs(offset) <= 21.4, `sound ${offset} ms off at ${atMs} ms`)
    assert.ok(
      Math.abs(offset - receipt.avOffsetMs) <= 2,
      `receipt says ${receipt.avOffsetMs}, it is ${offset}`,
    )
  }
}
