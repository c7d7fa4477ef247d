import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { engineCases } from '../../../test/fixtures/media/engines.ts'
import { makeMedia, type TestMedia } from '../../../test/fixtures/media/make-media.ts'
import { tagRotation } from '../../../test/fixtures/media/mp4-edits.ts'
import type { MediaEngine } from '../../platform/ffmpeg/engine.ts'
import { readMediaPlaylist } from './media-playlist.ts'
import type { Package } from './package.ts'
import { packageMedia } from './package-media.ts'
import { readRendition } from './read-package.ts'

for (const { name, skip, open } of engineCases()) {
  describe(`a package made through ${name}`, { skip }, () => {
    const engine: MediaEngine = open()
    let dir = ''
    const make = (file: string, media: Omit<TestMedia, 'path'> = {}) =>
      makeMedia({ path: join(dir, file), ...media })
    const pack = async (path: string): Promise<Package & { outDir: string }> => {
      const outDir = `${path}.hls`
      return { ...(await packageMedia({ engine }, { path, outDir })), outDir }
    }

    const brightness = async (path: string, crop: string): Promise<number> => {
      const { outputs } = await engine.run({
        inputs: [{ path }],
        graphs: [
          {
            media: 'video',
            sources: [{ label: 'v', input: 0, stream: 'v:0' }],
            filters: `[v]${crop},signalstats[m]`,
            sinks: ['m'],
          },
        ],
        outputs: [{ kind: 'metadata', media: 'video', from: 'm', keys: ['lavfi.signalstats.YAVG'] }],
      })
      const [measured] = outputs
      assert.ok(measured?.kind === 'metadata')
      return measured.values['lavfi.signalstats.YAVG']![0]!
    }

    before(async () => {
      dir = await mkdtemp(join(tmpdir(), 'creatorops-package-'))
    })
    after(() => rm(dir, { recursive: true, force: true }))

    test('sends the source as the top quality when it fits, and cuts all qualities at the same times', async () => {
      const made = await pack(
        await make('fits.mp4', { seconds: 10, width: 640, height: 360, video: { keyEveryMs: 1_700 } }),
      )
      assert.deepEqual(
        made.renditions.map((one) => [one.name, one.width, one.height, one.copied, one.frames, one.segments]),
        [
          ['360p', 640, 360, true, 300, 3],
          ['240p', 426, 240, false, 300, 3],
        ],
      )
      const [top, low] = await Promise.all(
        made.renditions.map((one) => readRendition(join(made.outDir, one.playlist), 'video')),
      )
      assert.equal(top!.decodeTimes.length, low!.decodeTimes.length)
      const starts = await Promise.all(made.renditions.map((one) => segmentStarts(made, one.playlist)))
      assert.deepEqual(starts[0], starts[1])
      assert.ok(made.audio && Math.abs(made.audio.durationMs - 10_000) < 60)
    })

    test('plays: each quality is a whole recording with its own sound beside it', async () => {
      const made = await pack(await make('plays.mp4', { seconds: 6, width: 640, height: 360 }))
      const joined = await joinSegments(made, made.renditions[1]!.playlist)
      const probe = await engine.probe(joined)
      const { video } = probe.streams[0]!
      assert.deepEqual([video!.width, video!.height, video!.pixelFormat], [426, 240, 'yuv420p'])
      assert.equal(probe.packets.videoPackets, 180)
      const sound = await engine.probe(await joinSegments(made, made.audio!.playlist))
      assert.deepEqual(sound.streams[0]!.audio, { sampleRate: 48_000, channels: 2 })
      const master = await readFile(join(made.outDir, made.hls), 'utf8')
      assert.match(master, /CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2"/)
      for (const line of master.split('\n').filter((text) => text && !text.startsWith('#'))) {
        assert.ok((await readFile(join(made.outDir, line), 'utf8')).includes('#EXT-X-ENDLIST'))
      }
    })

    test('encodes a source whose key frames are too far apart, and says why', async () => {
      const made = await pack(await make('long-gop.mp4', { seconds: 8, video: { keyEveryMs: 60_000 } }))
      assert.equal(made.renditions[0]!.copied, false)
      assert.ok(made.notes.some((note) => note.includes('key frames are up to 8.0 s apart')))
      assert.equal(made.renditions[0]!.segments, 2)
    })

    test('encodes a source with open groups of pictures', async () => {
      const options = {
        'x264-params': 'open-gop=1:bframes=3:keyint=30:min-keyint=30',
        preset: 'medium',
        g: '30',
      }
      const made = await pack(await make('open.mp4', { seconds: 6, video: { options, keyEveryMs: 60_000 } }))
      assert.equal(made.renditions[0]!.copied, false)
      assert.ok(
        made.notes.some((note) => note.includes('open')),
        made.notes.join(' '),
      )
    })

    test('is upright when the source is stored turned', async () => {
      // White above black; turned clockwise the white is on the right.
      const picture = 'color=black:size=640x360:rate=30:duration=2,drawbox=color=white:h=ih/2:t=fill'
      const made = await pack(await tagRotation(await make('turned.mp4', { picture }), 90))
      const [top] = made.renditions
      assert.deepEqual([top!.width, top!.height, top!.copied], [360, 640, false])
      const path = await joinSegments(made, top!.playlist)
      const { video } = (await engine.probe(path)).streams[0]!
      assert.deepEqual([video!.width, video!.height, video!.rotation], [360, 640, 0])
      assert.ok((await brightness(path, 'crop=iw/2:ih:0:0')) < 40)
      assert.ok((await brightness(path, 'crop=iw/2:ih:iw/2:0')) > 200)
    })

    test('of an odd size is even, of high dynamic range is standard, both in 8 bits', async () => {
      const odd = await pack(
        await make('odd.mp4', { pictureFilters: ['scale=321:181,setsar=1', 'format=yuv444p'] }),
      )
      assert.deepEqual([odd.renditions[0]!.width, odd.renditions[0]!.height], [320, 180])
      const hdr = await pack(
        await make('hdr.mp4', {
          pictureFilters: [
            'format=yuv420p10le',
            'setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc',
          ],
          video: { encoder: 'libx265', options: { preset: 'ultrafast', 'x265-params': 'log-level=none' } },
        }),
      )
      const { video } = (await engine.probe(await joinSegments(hdr, hdr.renditions[0]!.playlist))).streams[0]!
      assert.deepEqual([video!.pixelFormat, video!.transfer], ['yuv420p', 'bt709'])
    })

    test('keeps every frame of uneven, of very slow and of many-track recordings', async () => {
      const uneven = await pack(
        await make('uneven.mp4', {
          seconds: 6,
          pictureFilters: ["select='not(eq(mod(n,7),3))*not(between(n,40,70))'"],
        }),
      )
      const kept = Array.from({ length: 180 }, (_, n) => n).filter(
        (n) => n % 7 !== 3 && (n < 40 || n > 70),
      ).length
      assert.equal(uneven.renditions[0]!.frames, kept)
      const slow = await pack(await make('slow.mp4', { seconds: 8, rate: '1' }))
      assert.equal(slow.renditions[0]!.frames, 8)
      const many = await pack(await make('many.mp4', { audioTracks: 8 }))
      assert.ok(many.audio)
    })

    test('of a recording without sound has no sound', async () => {
      const made = await pack(await make('mute.mp4', { audioTracks: 0 }))
      assert.equal(made.audio, null)
      assert.ok(!(await readFile(join(made.outDir, made.hls), 'utf8')).includes('AUDIO'))
    })

    test('that lost a segment or begins in the middle of a group is not accepted', async () => {
      const made = await pack(await make('damaged.mp4', { seconds: 10, width: 640, height: 360 }))
      const playlist = join(made.outDir, made.renditions[1]!.playlist)
      const folder = dirname(playlist)
      const segments = (await readdir(folder)).filter((file) => file.endsWith('.m4s')).sort()
      await writeFile(join(folder, segments[1]!), '')
      await assert.rejects(readRendition(playlist, 'video'), { code: 'media.badPackage' })
      await rm(join(folder, segments[1]!))
      await assert.rejects(readRendition(playlist, 'video'), { code: 'ENOENT' })
    })
  })
}

/** One file of a rendition: its init segment and all others behind it. */
async function joinSegments(made: { outDir: string }, playlistPath: string): Promise<string> {
  const folder = join(made.outDir, dirname(playlistPath))
  const playlist = readMediaPlaylist(await readFile(join(made.outDir, playlistPath), 'utf8'))
  const parts = [playlist.init, ...playlist.segments.map((segment) => segment.file)]
  const path = join(folder, 'joined.mp4')
  await writeFile(path, Buffer.concat(await Promise.all(parts.map((file) => readFile(join(folder, file))))))
  return path
}

async function segmentStarts(made: { outDir: string }, playlistPath: string): Promise<number[]> {
  const playlist = readMediaPlaylist(await readFile(join(made.outDir, playlistPath), 'utf8'))
  return playlist.segments.map((segment) => Math.round(segment.durationMs))
}
