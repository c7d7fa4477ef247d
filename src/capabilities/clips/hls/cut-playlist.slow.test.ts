import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { AV_LOG_ERROR } from 'node-av/constants'
import { Log } from 'node-av/lib'
import { readCodedClip, soundOffsetMs, writeCodedSource } from '../../../../test/fixtures/frame-code.ts'
import { packHls } from '../../../../test/fixtures/hls-package.ts'
import { type PlaylistJob, cutPlaylist } from './cut-playlist.ts'

const tools = { progress: async () => undefined }
const fps = { num: 30_000, den: 1001 }
const frameMs = (1000 * fps.den) / fps.num
const frames = 300
/** Each cuts, decodes and compares; all of them with `--all`. */
const randomRanges = process.env['CREATOROPS_TEST_ALL'] ? 200 : 20

describe('clips of HLS programmes hold exactly the frames asked for', { concurrency: false }, () => {
  let dir = ''
  before(async () => {
    Log.setLevel(AV_LOG_ERROR)
    dir = await mkdtemp(join(tmpdir(), 'hls-'))
    const path = join(dir, 'source.mp4')
    writeCodedSource(path, { frames, fps, gop: 30, bFrames: 2, preset: 'veryfast' })
    await packHls(path, join(dir, 'ts'), { type: 'mpegts' })
    await packHls(path, join(dir, 'mp4'), { type: 'fmp4' })
    await packHls(path, join(dir, 'own'), { type: 'fmp4', hasOwnSound: true })
    for (const folder of ['ts', 'mp4', 'own/v', 'own/audio']) await joinTwice(folder)
    const master = await readFile(join(dir, 'own/master.m3u8'), 'utf8')
    await writeFile(join(dir, 'own/twice.m3u8'), master.replaceAll('index.m3u8', 'twice.m3u8'))
  })
  after(() => rm(dir, { recursive: true, force: true }))

  /** A programme that shows the package twice, with a discontinuity between. */
  async function joinTwice(folder: string) {
    const text = await readFile(join(dir, folder, 'index.m3u8'), 'utf8')
    const map = /#EXT-X-MAP.*\n/.exec(text)?.[0] ?? ''
    const body = text.slice(text.indexOf('#EXTINF'), text.indexOf('#EXT-X-ENDLIST'))
    const head = text.slice(0, text.indexOf('#EXTINF'))
    const twice = `${head}${body}#EXT-X-DISCONTINUITY\n${map}${body}#EXT-X-ENDLIST\n`
    await writeFile(join(dir, folder, 'twice.m3u8'), twice)
  }

  async function cut(playlist: string, from: number, to: number, more: Partial<PlaylistJob> = {}) {
    const workDir = await mkdtemp(join(dir, 'work-'))
    const outPath = join(dir, 'clip.mp4')
    await rm(outPath, { force: true })
    const job = {
      place: { kind: 'folder' as const, playlistPath: join(dir, playlist) },
      variant: 'best',
      outPath,
      workDir,
      mode: 'exact' as const,
    }
    const receipt = await cutPlaylist(
      { ...job, startMs: from * frameMs, endMs: to * frameMs, ...more },
      tools,
    )
    return { receipt, clip: readCodedClip(outPath) }
  }

  async function checkCut(playlist: string, from: number, to: number, more: Partial<PlaylistJob> = {}) {
    const { receipt, clip } = await cut(playlist, from, to, more)
    const expected = Array.from({ length: to - from }, (_, index) => (from + index) % frames)
    assert.deepEqual(
      clip.frames.map(({ number }) => number),
      expected,
      `${playlist} ${from} to ${to}`,
    )
    assert.equal(clip.damaged, 0)
    for (const [index, { atMs }] of clip.frames.entries()) {
      assert.ok(Math.abs(atMs - index * frameMs) < 0.05, `frame ${index} at ${atMs}`)
    }
    assert.deepEqual([receipt.requestedFrames, receipt.frames], [to - from, to - from])
    assert.ok(Math.abs(receipt.startMs - from * frameMs) < 0.7, `starts at ${receipt.startMs}`)
    assert.ok(receipt.seamCheck.passed)
    const lastMs = clip.frames.at(-1)!.atMs
    if (lastMs > 500) {
      const before = from < frames && to > frames ? (frames - from) * frameMs : Number.POSITIVE_INFINITY
      for (const atMs of [30, lastMs - 250]) {
        const sourceMs = (from % frames) * frameMs - (atMs > before ? frames * frameMs : 0)
        const offset = soundOffsetMs(clip, sourceMs, atMs)
        if (Math.abs(atMs - before) > 200)
          assert.ok(Math.abs(offset) < 22, `sound ${offset} ms off at ${atMs}`)
      }
    }
    return receipt
  }

  for (const [name, playlist] of [
    ['transport streams', 'ts/index.m3u8'],
    ['fragmented MP4', 'mp4/index.m3u8'],
    ['pictures and sound in playlists of their own', 'own/master.m3u8'],
  ] as const) {
    test(`${name}: any range, whatever segments it touches`, async () => {
      for (const [from, to] of [
        [0, 45],
        [0, 300],
        [59, 61],
        [60, 120],
        [61, 200],
        [133, 287],
        [250, 300],
        [119, 240],
      ] as const) {
        await checkCut(playlist, from, to)
      }
    })
  }

  test('where the lengths in the playlist are wrong, the timestamps of the segments are right', async () => {
    for (const kind of ['ts', 'mp4']) {
      for (const length of ['2.05', '1.95']) {
        const text = await readFile(join(dir, kind, 'index.m3u8'), 'utf8')
        await writeFile(join(dir, kind, 'wrong.m3u8'), text.replaceAll(/#EXTINF:[^,]*/g, `#EXTINF:${length}`))
        for (const [from, to] of [
          [20, 90],
          [121, 178],
          [181, 236],
          [182, 270],
        ] as const) {
          await checkCut(`${kind}/wrong.m3u8`, from, to)
        }
      }
    }
  })

  test('a discontinuity into another size and rate is fitted to what was before', async () => {
    const path = join(dir, 'advert.mp4')
    const other = { width: 384, height: 216, fps: { num: 25, den: 1 } }
    writeCodedSource(path, { frames: 100, gop: 25, preset: 'veryfast', ...other })
    await packHls(path, join(dir, 'ts/advert'), { type: 'mpegts' })
    const text = await readFile(join(dir, 'ts/index.m3u8'), 'utf8')
    const advert = ['#EXT-X-DISCONTINUITY', '#EXTINF:2,', 'advert/0.ts', '#EXTINF:2,', 'advert/1.ts', '']
    const end = '#EXT-X-ENDLIST\n'
    await writeFile(join(dir, 'ts/mixed.m3u8'), text.replace(end, advert.join('\n') + end))
    const { receipt, clip } = await cut('ts/mixed.m3u8', 250, 330)
    assert.deepEqual([receipt.width, receipt.height, receipt.frames], [192, 108, 81])
    const advertNumber = (index: number) => Math.floor((index * frameMs) / 40 + 1e-9)
    assert.deepEqual(
      clip.frames.map(({ number }) => number),
      // The last frame of the advert begins inside the range and lasts 40 ms.
      Array.from({ length: 81 }, (_, index) => (index < 50 ? 250 + index : advertNumber(index - 50))),
    )
  })

  for (const kind of ['ts', 'mp4', 'own']) {
    test(`${kind}: ranges before, across and behind a discontinuity`, async () => {
      for (const [from, to] of [
        [20, 130],
        [250, 350],
        [299, 301],
        [300, 345],
        [370, 520],
        [100, 600],
      ] as const) {
        await checkCut(`${kind}/twice.m3u8`, from, to)
      }
      await checkCut(`${kind}/twice.m3u8`, 250, 350, { mode: 'encode' })
      await assert.rejects(cut(`${kind}/twice.m3u8`, 250, 350, { mode: 'copy' }), {
        code: 'clips.notCopyable',
      })
    })
  }

  test(`random ranges of programmes with a discontinuity (${randomRanges} of them)`, async () => {
    const playlists = ['ts/twice.m3u8', 'mp4/twice.m3u8', 'own/twice.m3u8', 'ts/index.m3u8', 'mp4/index.m3u8']
    const edge = fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.double({ min: 0.1, max: 0.9, noNaN: true }))
    let turn = 0
    await fc.assert(
      fc.asyncProperty(edge, edge, async ([start, before], [length, beforeEnd]) => {
        const playlist = playlists[turn++ % playlists.length]!
        const all = playlist.includes('twice') ? 2 * frames : frames
        const from = 1 + Math.floor((start / 1e6) * (all - 12))
        const most = Math.min(all - from, 120)
        const to = from + 10 + Math.floor((length / 1e6) * (most - 10))
        // Anywhere between two frames: the later one is the first that starts inside the range.
        const range = { startMs: (from - before) * frameMs, endMs: (to - beforeEnd) * frameMs }
        await checkCut(playlist, from, to, range)
      }),
      { numRuns: randomRanges, seed: 20_261, endOnFailure: true },
    )
  })

  for (const kind of ['ts', 'mp4']) {
    test(`${kind}: only the segments that cover the range are read, and at most one more`, async () => {
      const folder = join(dir, kind)
      const sizes = new Map<string, number>()
      for (const name of await readdir(folder)) sizes.set(name, (await stat(join(folder, name))).size)
      const extension = kind === 'ts' ? 'ts' : 'm4s'
      const receipt = await checkCut(`${kind}/index.m3u8`, 190, 230)
      const most = ['2', '3', '4'].reduce((sum, name) => sum + sizes.get(`${name}.${extension}`)!, 0)
      const extra = sizes.get('index.m3u8')! + 2 * (sizes.get('init.mp4') ?? 0)
      assert.ok(receipt.bytesRead <= most + extra, `${receipt.bytesRead} of ${most + extra}`)
    })
  }
})
