import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { engineCases } from '../../../test/fixtures/media/engines.ts'
import { makeMedia, type TestMedia } from '../../../test/fixtures/media/make-media.ts'
import { overstateDuration, tagRotation, truncateFile } from '../../../test/fixtures/media/mp4-edits.ts'
import { realRecording } from '../../../test/fixtures/media/recordings.ts'
import { checkRecording } from './check-recording.ts'
import type { Probe } from './probe.ts'
import { probeMedia } from './probe-media.ts'

for (const { name, skip, open } of engineCases()) {
  describe(`a recording, probed through ${name},`, { skip }, () => {
    let dir = ''
    const engine = open()
    const make = (file: string, media: Omit<TestMedia, 'path'> = {}) =>
      makeMedia({ path: join(dir, file), ...media })
    const check = async (path: string): Promise<Probe> => {
      const probe = await probeMedia({ engine }, { path })
      checkRecording(probe)
      return probe
    }

    before(async () => {
      dir = await mkdtemp(join(tmpdir(), 'creatorops-probe-'))
    })
    after(() => rm(dir, { recursive: true, force: true }))

    test('is accepted when it is an ordinary one', async () => {
      const probe = await check(await make('plain.mp4'))
      const { width, height, durationMs, integrity, hdr, rotation, notes } = probe
      assert.deepEqual(
        { width, height, durationMs, integrity, hdr, rotation, notes },
        { width: 320, height: 180, durationMs: 2000, integrity: 'whole', hdr: false, rotation: 0, notes: [] },
      )
      const [video] = probe.video
      assert.deepEqual(
        [video!.codec, video!.frames, video!.frameRate, video!.variableFrameRate],
        ['h264', 60, { num: 30, den: 1 }, false],
      )
    })

    test('of zero bytes is refused', async () => {
      const path = join(dir, 'zero.mp4')
      await writeFile(path, '')
      await assert.rejects(check(path), { code: 'media.emptyFile' })
    })

    test('that is a renamed text is refused', async () => {
      const path = join(dir, 'text.mp4')
      await writeFile(path, 'Dear diary, this is not a film.\n'.repeat(200))
      await assert.rejects(check(path), { code: 'media.notMedia' })
    })

    for (const [kind, file, muxer, muxerOptions] of [
      ['with its index at the end', 'end.mp4', 'mp4', {}],
      ['with its index at the start', 'start.mp4', 'mp4', { movflags: '+faststart' }],
      ['in fragments', 'fragments.mp4', 'mp4', { movflags: '+frag_keyframe+empty_moov' }],
      ['in Matroska', 'film.mkv', 'matroska', {}],
    ] as const) {
      test(`${kind}, cut off at 10, 50 or 90 %, is refused as truncated`, async () => {
        const whole = await make(file, { seconds: 8, muxer, muxerOptions })
        await check(whole)
        for (const share of [0.1, 0.5, 0.9]) {
          const part = await truncateFile(whole, join(dir, `${share}-${file}`), share)
          await assert.rejects(check(part), { code: 'media.truncated' }, `${share}`)
        }
      })
    }

    test('that claims to be 100 times longer than it is, is refused', async () => {
      await assert.rejects(check(await overstateDuration(await make('lie.mp4'), 100)), {
        code: 'media.wrongDuration',
        message: 'The recording has 2 s of content, but the file says 3:20.',
      })
    })

    test('without a picture or without sound is refused, each for its reason', async () => {
      await assert.rejects(check(await make('sound.m4a', { video: false })), { code: 'media.noVideo' })
      await assert.rejects(check(await make('mute.mp4', { audioTracks: 0 })), { code: 'media.noAudio' })
    })

    test('without a single frame is refused', async () => {
      // FFmpeg writes no track without packets, so the way to 0 seconds is a film of nothing but its header.
      const fragments = await make('header.mp4', { muxerOptions: { movflags: '+frag_keyframe+empty_moov' } })
      const header = await headerOnly(fragments, join(dir, 'zero-seconds.mp4'))
      await assert.rejects(check(header), { code: 'media.zeroDuration' })
    })

    test('that is a playlist is refused and nothing is fetched', async () => {
      const asked: string[] = []
      const server = createServer((request, response) => {
        asked.push(request.url ?? '')
        response.end()
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret.ts`
      try {
        const lists = {
          'hls.mp4': `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${url}\n#EXT-X-ENDLIST\n`,
          'dash.mp4': `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>${url}</BaseURL></MPD>`,
          'concat.mp4': `ffconcat version 1.0\nfile '${url}'\n`,
        }
        for (const [file, text] of Object.entries(lists)) {
          const path = join(dir, file)
          await writeFile(path, text)
          await assert.rejects(check(path), { code: 'media.playlistRefused' })
          // Even when it is handed to the engine directly, past our own look at it.
          await assert.rejects(engine.probe(path), { code: 'ffmpeg.unreadable' })
        }
        assert.deepEqual(asked, [])
      } finally {
        server.close()
      }
    })

    test('turned on its side is upright', async () => {
      const probe = await check(await tagRotation(await make('turned.mp4'), 90))
      assert.deepEqual([probe.width, probe.height, probe.rotation], [180, 320, 90])
    })

    test('with uneven frame times is seen as such', async () => {
      const uneven = "select='not(eq(mod(n,7),3))*not(between(n,40,55))'"
      const probe = await check(await make('uneven.mp4', { seconds: 4, pictureFilters: [uneven] }))
      assert.equal(probe.video[0]!.variableFrameRate, true)
      assert.equal(probe.durationMs, 4000)
    })

    test('of 1 frame a second, of one frame, of odd size, with eight audio tracks is accepted', async () => {
      const slow = await check(await make('slow.mp4', { seconds: 6, rate: '1' }))
      assert.deepEqual([slow.video[0]!.frames, slow.video[0]!.frameRate], [6, { num: 1, den: 1 }])
      const single = await check(await make('single.mp4', { seconds: 0.03 }))
      assert.equal(single.video[0]!.frames, 1)
      const odd = await check(
        await make('odd.mp4', { pictureFilters: ['scale=321:181,setsar=1', 'format=yuv444p'] }),
      )
      assert.deepEqual([odd.width, odd.height], [321, 181])
      const many = await check(await make('many.mp4', { audioTracks: 8 }))
      assert.equal(many.audio.length, 8)
      assert.deepEqual(many.notes, ['Of 8 audio tracks the first is used.'])
    })

    test('in 10-bit high dynamic range is recognised', async () => {
      const hdr = [
        'format=yuv420p10le',
        'setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc',
      ]
      const options = { preset: 'ultrafast', 'x265-params': 'log-level=none' }
      const probe = await check(
        await make('hdr.mp4', { pictureFilters: hdr, video: { encoder: 'libx265', options } }),
      )
      assert.deepEqual([probe.hdr, probe.video[0]!.bitDepth, probe.video[0]!.dynamicRange], [true, 10, 'pq'])
    })

    const odd = realRecording('non-square-pixels.mp4')
    test('with pixels that are not square has the size that is shown', { skip: odd.skip }, async () => {
      const probe = await check(odd.path)
      assert.deepEqual([probe.width, probe.height, probe.video[0]!.codedWidth], [427, 360, 640])
    })

    const cover = realRecording('mono.mp3')
    test('that is music is refused for its missing picture', { skip: cover.skip }, async () => {
      await assert.rejects(check(cover.path), { code: 'media.noVideo' })
    })
  })
}

/** Copies a fragmented MP4 up to its first fragment. */
async function headerOnly(from: string, to: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  const data = await readFile(from)
  await writeFile(to, data.subarray(0, data.indexOf('moof', 0, 'latin1') - 4))
  return to
}
