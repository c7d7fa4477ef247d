import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { engineCases } from '../../../../test/fixtures/media/engines.ts'
import { type TestMedia, makeMedia } from '../../../../test/fixtures/media/make-media.ts'
import { tagRotation } from '../../../../test/fixtures/media/mp4-edits.ts'
import type { MediaEngine } from '../../../platform/ffmpeg/engine.ts'
import { measureQuality } from './measure-quality.ts'
import { type PresetName, presetOf } from './presets.ts'
import { transcodeMedia } from './transcode-media.ts'

for (const { name, skip, open } of engineCases()) {
  describe(`a rendition made through ${name}`, { skip }, () => {
    const engine: MediaEngine = open()
    let dir = ''
    const make = (file: string, media: Omit<TestMedia, 'path'> = {}) =>
      makeMedia({ path: join(dir, file), ...media })
    const render = async (path: string, preset: PresetName, minScore?: number) => {
      const outPath = `${path}.${preset}.${presetOf(preset).extension}`
      return { outPath, ...(await transcodeMedia({ engine }, { path, outPath, preset, minScore })) }
    }

    before(async () => {
      dir = await mkdtemp(join(tmpdir(), 'rendition-'))
    })
    after(() => rm(dir, { recursive: true, force: true }))

    test('copies a picture that fits, brings the sound to −14 LUFS, and has no edit list', async () => {
      // Short bursts over a quiet tone: a plain gain would clip them.
      const sound = '0.03*sin(440*2*PI*t)+if(lt(mod(t,1),0.01),0.5*sin(1000*2*PI*t),0)'
      const made = await render(
        await make('fits.mp4', { seconds: 5, width: 640, height: 360, sound }),
        'youtube',
      )
      assert.deepEqual([made.video, made.audio, made.quality.metric], ['copied', 'encoded', 'identical'])
      assert.deepEqual([made.width, made.height, made.frames, made.codec], [640, 360, 150, 'h264'])
      assert.ok(Math.abs(made.loudness!.after.integratedLufs + 14) <= 0.7, JSON.stringify(made.loudness))
      assert.ok(made.loudness!.after.truePeakDb <= -0.9, JSON.stringify(made.loudness))
      const bytes = await readFile(made.outPath)
      assert.equal(bytes.includes('elst'), false)
      assert.ok(bytes.indexOf('moov') < bytes.indexOf('mdat'), 'the index comes first')
      assert.deepEqual(
        (await readdir(dir)).filter((file) => file.startsWith('.')),
        [],
      )
    })

    test('keeps picture and sound together', async () => {
      const path = await make('sync.mp4', {
        seconds: 4,
        picture: "color=black:size=320x180:rate=30:duration=4,drawbox=color=white:t=fill:enable='gte(t,2)'",
        sound: 'if(gte(t,2),0.5*sin(1000*2*PI*t),0)',
        video: { encoder: 'libx265', options: { 'x265-params': 'log-level=none', preset: 'ultrafast' } },
      })
      const made = await render(path, 'mastodon')
      assert.deepEqual([made.video, made.audio], ['encoded', 'encoded'])
      const [flashMs, toneMs] = await onsets(engine, made.outPath)
      assert.ok(Math.abs(flashMs - 2_000) < 1, `flash at ${flashMs}`)
      assert.ok(Math.abs(toneMs - 2_000) < 22, `tone at ${toneMs}`)
    })

    test('is upright before blurred sides when the source is stored turned', async () => {
      const turned = await tagRotation(await make('turned.mp4', { seconds: 4, width: 360, height: 640 }), 90)
      const made = await render(turned, 'instagram-reel')
      assert.deepEqual([made.width, made.height, made.video], [640, 1136, 'encoded'])
      assert.equal(made.quality.metric, 'ssim')
      assert.ok(made.quality.score > 0.97, JSON.stringify(made.quality))
    })

    test('has even frames of the right number when those of the source are uneven', async () => {
      const path = await make('uneven.mp4', {
        seconds: 4,
        pictureFilters: ["select='not(eq(mod(n,7),3))*not(between(n,40,55))'"],
      })
      const made = await render(path, 'tiktok')
      const rate = made.frameRate.num / made.frameRate.den
      assert.ok(Math.abs(made.frames - rate * 4) <= 2, `${made.frames} frames at ${rate}`)
      assert.ok(made.notes.some((note) => note.includes('uneven')))
    })

    test('of high dynamic range is standard', async () => {
      const path = await make('hdr.mp4', {
        pictureFilters: [
          'format=yuv420p10le',
          'setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc',
        ],
        video: { encoder: 'libx265', options: { preset: 'ultrafast', 'x265-params': 'log-level=none' } },
      })
      const made = await render(path, 'bluesky')
      assert.deepEqual([made.width, made.height], [320, 180])
      const { video } = (await engine.probe(made.outPath)).streams[0]!
      assert.deepEqual([video!.pixelFormat, video!.transfer], ['yuv420p', 'bt709'])
    })

    for (const [preset, codec, tag] of [
      ['prores', 'prores', 'apcn'],
      ['prores-hq', 'prores', 'apch'],
      ['dnxhr', 'dnxhd', 'AVdh'],
      ['dnxhr-mxf', 'dnxhd', undefined],
      ['dnxhd', 'dnxhd', undefined],
    ] as const) {
      test(`for editing as ${preset} has every frame, an exact rate and plain sound`, async () => {
        const path = await make(`${preset}.mp4`, { seconds: 1, width: 640, height: 360, rate: '30000/1001' })
        const made = await render(path, preset)
        const size = preset === 'dnxhd' ? [1920, 1080] : [640, 360]
        assert.deepEqual([made.codec, made.width, made.height], [codec, ...size])
        assert.deepEqual(made.frameRate, { num: 30_000, den: 1_001 })
        assert.ok(Math.abs(made.frames - 30) <= 1, `${made.frames} frames`)
        assert.equal(made.audioCodec, 'pcm_s16le')
        assert.ok(made.quality.score >= 0.97)
        const head = await readFile(made.outPath)
        if (tag) assert.ok(head.includes(tag), `${tag} is in the file`)
        // The key of a partition pack: every MXF begins with it.
        else assert.equal(head.subarray(0, 11).toString('hex'), '060e2b34020501010d0102')
      })
    }

    test('below the threshold is encoded once more, then refused with its score, and leaves nothing', async () => {
      const noise = 'testsrc2=size=640x360:rate=30:duration=3,noise=alls=90:allf=t'
      const path = await make('noise.mp4', {
        picture: noise,
        video: { encoder: 'libx265', options: { preset: 'ultrafast', 'x265-params': 'log-level=none' } },
      })
      await assert.rejects(
        render(path, 'youtube', 0.99999),
        (error: { code: string; detail: { score: number } }) => {
          assert.equal(error.code, 'renditions.lowQuality')
          assert.ok(error.detail.score > 0 && error.detail.score < 0.99999)
          return true
        },
      )
      assert.ok(!(await readdir(dir)).some((file) => file.startsWith('noise.mp4.')))
    })

    test('that shows other frames than its source is found out', async () => {
      const path = await make('moving.mp4', { seconds: 2, width: 640, height: 360 })
      const other = await make('later.mp4', {
        seconds: 2,
        width: 640,
        height: 360,
        pictureFilters: ['hue=h=40', 'negate'],
      })
      const compare = (renditionPath: string) =>
        measureQuality(
          { engine },
          {
            sourcePath: path,
            renditionPath,
            durationMs: 2_000,
            frameMs: 1000 / 30,
            sourceFilters: 'null',
            pixelFormat: 'yuv420p',
            metric: 'ssim',
            threshold: 0.9,
            workDir: dir,
          },
        )
      assert.equal((await compare(path)).quality.score, 1)
      assert.ok((await compare(other)).quality.score < 0.9)
    })

    test('of a recording that a destination would refuse is refused before anything is written', async () => {
      await assert.rejects(render(await make('short.mp4', { seconds: 1 }), 'instagram-reel'), {
        code: 'renditions.tooShort',
      })
      await assert.rejects(render(await make('sound.mp4', { video: false }), 'youtube'), {
        code: 'media.noVideo',
      })
    })
  })
}

/** When the picture turns white and when the sound begins, in milliseconds. */
async function onsets(engine: MediaEngine, path: string): Promise<[number, number]> {
  const { outputs } = await engine.run({
    inputs: [{ path }],
    graphs: [
      {
        media: 'video',
        sources: [{ label: 'v', input: 0, stream: 'v:0' }],
        filters: '[v]signalstats[m]',
        sinks: ['m'],
      },
      {
        media: 'audio',
        sources: [{ label: 'a', input: 0, stream: 'a:0' }],
        filters: '[a]aformat=flt:48000:mono[l]',
        sinks: ['l'],
      },
    ],
    outputs: [
      { kind: 'metadata', media: 'video', from: 'm', keys: ['lavfi.signalstats.YAVG'] },
      { kind: 'levels', from: 'l', sampleRate: 48_000, channels: 1, windows: [{ num: 1_000, den: 1 }] },
    ],
  })
  const [picture, sound] = outputs
  assert.ok(picture?.kind === 'metadata' && sound?.kind === 'levels')
  const flash = picture.values['lavfi.signalstats.YAVG']!.findIndex((luma) => luma > 128)
  const tone = sound.series[0]!.max.findIndex((level) => level > 0.05)
  return [picture.timesMs[flash]!, tone]
}
