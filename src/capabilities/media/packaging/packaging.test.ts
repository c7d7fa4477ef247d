import assert from 'node:assert/strict'
import { createDecipheriv, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readDash } from '../../../../test/fixtures/dash-reader.ts'
// @ts-expect-error -- the package ships no types
import webvtt from 'webvtt-parser'
import { packageHash } from '../options-hash.ts'
import { captionPieces, writeCaptionTracks } from './caption-track.ts'
import { dashManifest } from './dash-manifest.ts'
import { encryptPlaylists, ivOf } from './encrypt-package.ts'
import { indexThumbnails, thumbnailLayout } from './thumbnails.ts'

async function withFolder(check: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'packaging-'))
  try {
    await check(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** What the W3C's own parser sees. */
function readVtt(text: string, kind: 'subtitles' | 'metadata') {
  return new webvtt.WebVTTParser({}).parse(text, kind) as {
    errors: unknown[]
    cues: Array<{ text: string; endTime: number }>
  }
}

const cue = (startMs: number, endMs: number, text = 'Hello') => ({ startMs, endMs, text })

describe('captions of a package', () => {
  test('are cut into pieces that hold what is seen in them, over borders in both', () => {
    const cues = [cue(1_000, 3_000), cue(59_000, 61_000, 'Border'), cue(125_000, 126_000, 'Late')]
    const pieces = captionPieces(cues, 130_000)
    assert.deepEqual(
      pieces.map(({ durationMs }) => durationMs),
      [60_000, 60_000, 10_000],
    )
    assert.deepEqual(
      pieces.map(({ text }) => ['Hello', 'Border', 'Late'].filter((word) => text.includes(word))),
      [['Hello', 'Border'], ['Border'], ['Late']],
    )
    for (const { text } of pieces) {
      assert.match(text, /^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n/)
      const parsed = readVtt(text.replace(/^X-TIMESTAMP-MAP.*\n/m, ''), 'subtitles')
      assert.deepEqual(parsed.errors, [])
    }
  })

  test('need languages, each once', () =>
    withFolder(async (dir) => {
      const track = (language: string) => ({ language, name: 'x', cues: [cue(0, 900)] })
      const bad = { code: 'media.badCaptions' }
      await assert.rejects(writeCaptionTracks(dir, [track('../up')], 1_000), bad)
      await assert.rejects(writeCaptionTracks(dir, [track('en'), track('EN')], 1_000), bad)
      const [made] = await writeCaptionTracks(dir, [track('de-CH')], 1_000)
      assert.equal(made!.playlist, 'captions-de-ch/index.m3u8')
    }))
})

describe('the DASH manifest', () => {
  const times = {
    init: 'init_0.mp4',
    timescale: 30_000,
    startTicks: 0,
    durationsTicks: [120_000, 120_000, 60_000],
  }
  const rendition = {
    name: '720p',
    playlist: '720p/index.m3u8',
    width: 1280,
    height: 720,
    bitrate: 3_000_000,
    averageBitrate: 2_000_000,
    codec: 'avc1.64001f',
    frameRate: 29.97,
    frames: 300,
    segments: 3,
    durationMs: 10_000,
    copied: false,
    times,
  }

  test('says to another parser every segment with its time and length', () => {
    const text = dashManifest({
      durationMs: 10_000,
      segmentMs: 4_000,
      renditions: [rendition, { ...rendition, name: '<480>', playlist: '480p/index.m3u8' }],
      audio: null,
      captions: [{ language: 'en', name: 'A & B', playlist: 'c/i.m3u8', file: 'c/captions.vtt', cues: 1 }],
      thumbnails: null,
    })
    assert.match(text, /frameRate="30000\/1001"/)
    const read = readDash(text, 'https://example.org/p/manifest.mpd')
    assert.equal(read.duration, 10)
    const [top] = read.playlists
    assert.deepEqual(top!.attributes.RESOLUTION, { width: 1280, height: 720 })
    assert.deepEqual(
      top!.segments.map(({ duration, resolvedUri }) => [duration, resolvedUri]),
      [
        [4, 'https://example.org/p/720p/00000.m4s'],
        [4, 'https://example.org/p/720p/00001.m4s'],
        [2, 'https://example.org/p/720p/00002.m4s'],
      ],
    )
    assert.equal(top!.segments[0]!.map.resolvedUri, 'https://example.org/p/720p/init_0.mp4')
    assert.ok(JSON.stringify(read.mediaGroups).includes('A & B'))
  })
})

describe('encryption', () => {
  test('locks each segment with its number as IV, keeps the init readable, and says so in the playlist', () =>
    withFolder(async (dir) => {
      await mkdir(join(dir, 'v'))
      const segments = [randomBytes(1_000), randomBytes(32), Buffer.from('x')]
      const names = segments.map((_, index) => `0000${index}.m4s`)
      for (const [index, name] of names.entries()) await writeFile(join(dir, 'v', name), segments[index]!)
      const lines = [
        '#EXTM3U',
        '#EXT-X-MAP:URI="init.mp4"',
        ...names.flatMap((name) => ['#EXTINF:4,', name]),
        '',
      ]
      await writeFile(join(dir, 'v/index.m3u8'), lines.join('\n'))
      const key = randomBytes(16)
      await encryptPlaylists(dir, ['v/index.m3u8'], { key, keyUri: '/key?x=1' })
      const playlist = (await readFile(join(dir, 'v/index.m3u8'), 'utf8')).split('\n')
      assert.deepEqual(playlist.slice(1, 3), [
        '#EXT-X-MAP:URI="init.mp4"',
        '#EXT-X-KEY:METHOD=AES-128,URI="/key?x=1"',
      ])
      for (const [index, name] of names.entries()) {
        const locked = await readFile(join(dir, 'v', name))
        assert.ok(!locked.includes(segments[index]!.subarray(0, 16)) || segments[index]!.length < 16)
        const opener = createDecipheriv('aes-128-cbc', key, ivOf(index))
        assert.deepEqual(Buffer.concat([opener.update(locked), opener.final()]), segments[index])
      }
      assert.throws(() => createDecipheriv('aes-128-cbc', Buffer.alloc(15), ivOf(0)))
    }))
})

describe('thumbnails', () => {
  test('have a place for every moment, on as many sheets as there are', () =>
    withFolder(async (dir) => {
      const layout = thumbnailLayout({ durationMs: 61_000, width: 1920, height: 1080 })
      assert.deepEqual(layout, { width: 192, height: 108, columns: 5, rows: 5, everyMs: 2_000 })
      await mkdir(join(dir, 'thumbnails'))
      for (const name of ['00000.jpg', '00001.jpg']) await writeFile(join(dir, 'thumbnails', name), 'x')
      const made = await indexThumbnails(dir, layout, 61_000)
      assert.equal(made.sheets, 2)
      const vtt = await readFile(join(dir, made.vtt), 'utf8')
      const parsed = readVtt(vtt, 'metadata')
      assert.deepEqual([parsed.errors, parsed.cues.length], [[], 31])
      assert.equal(parsed.cues[26]!.text, '00001.jpg#xywh=192,0,192,108')
      assert.equal(parsed.cues.at(-1)!.endTime, 61)
    }))
})

test('a package is named by everything that shapes it', () => {
  const hashes = [
    {},
    { maxHeight: 720 },
    { sizes: 'all' as const },
    { captions: 'v1' },
    { encrypted: true },
  ].map((options) => packageHash(options))
  assert.equal(new Set(hashes).size, hashes.length)
  assert.equal(packageHash(), packageHash({ sizes: 'few', encrypted: false }))
})
