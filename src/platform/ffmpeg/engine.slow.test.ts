import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { engineCases } from '../../../test/fixtures/media/engines.ts'
import { makeMedia } from '../../../test/fixtures/media/make-media.ts'
import { realRecording } from '../../../test/fixtures/media/recordings.ts'
import { createMediaEngine, type MediaEngine } from './engine.ts'
import { silentLog } from '../log/log.ts'
import type { MediaPlan, OutputResult } from './plan.ts'

for (const { name, skip, open } of engineCases()) {
  describe(`the media engine through ${name}`, { skip }, () => {
    let dir = ''
    let source = ''
    let engine: MediaEngine

    before(async () => {
      dir = await mkdtemp(join(tmpdir(), 'creatorops-engine-'))
      engine = open()
      source = await makeMedia({
        path: join(dir, 'source.mp4'),
        seconds: 4,
        sound: 'if(lt(t,2),0.5,0.05)*sin(440*2*PI*t)',
        video: { keyEveryMs: 2_000 },
      })
    })
    after(() => rm(dir, { recursive: true, force: true }))

    const copyAndShrink = (path: string): MediaPlan => ({
      inputs: [{ path: source }],
      durationMs: 4_000,
      graphs: [
        {
          media: 'video',
          sources: [{ label: 'v', input: 0, stream: 'v:0' }],
          filters: '[v]scale=160:90[small]',
          sinks: ['small'],
        },
      ],
      outputs: [
        {
          kind: 'file',
          path,
          muxer: 'mp4',
          streams: [
            { kind: 'copy', input: 0, stream: 'v:0' },
            {
              kind: 'encode',
              media: 'video',
              from: 'small',
              encoder: 'libx264',
              options: { preset: 'ultrafast', g: '600', sc_threshold: '0' },
              keyframes: 'source',
            },
            { kind: 'copy', input: 0, stream: 'a:0' },
          ],
        },
      ],
    })

    test('tells what is in a file', async () => {
      const probe = await engine.probe(source)
      const [video, audio] = probe.streams
      assert.deepEqual(
        [video!.codec, video!.video!.width, video!.video!.height, video!.video!.averageFrameRate],
        ['h264', 320, 180, { num: 30, den: 1 }],
      )
      assert.deepEqual([audio!.codec, audio!.audio], ['aac', { sampleRate: 48_000, channels: 2 }])
      assert.equal(probe.packets.videoPackets, 120)
      assert.deepEqual(probe.packets.headKeyMs.map(Math.round), [0, 2000])
      assert.ok(Math.abs(probe.packets.lastVideoEndMs! - 4_000) < 1)
    })

    test('copies and encodes side by side, every frame, key frames where the source has them', async () => {
      const path = join(dir, `copy-${engine.name}.mp4`)
      const { cpuMs, peakRssBytes } = await engine.run(copyAndShrink(path))
      assert.ok(cpuMs > 0 && peakRssBytes > 1_000_000)
      const probe = await engine.probe(path)
      assert.deepEqual(
        probe.streams.map((stream) => [stream.codec, stream.video?.width, stream.frames]),
        [
          ['h264', 320, 120],
          ['h264', 160, 120],
          ['aac', undefined, probe.streams[2]!.frames],
        ],
      )
      const { outputs } = await engine.run({
        inputs: [{ path }],
        graphs: [],
        outputs: [
          { kind: 'packets', input: 0, stream: 'v:1' },
          { kind: 'packets', input: 0, stream: 'v:1', bitstreamFilter: 'filter_units=pass_types=5' },
        ],
      })
      assert.deepEqual(keyTimes(outputs[0]!), [0, 2000])
      assert.deepEqual(keyTimes(outputs[1]!), [0, 2000])
    })

    test('measures levels and loudness', async () => {
      const { outputs } = await engine.run({
        inputs: [{ path: source }],
        graphs: [
          {
            media: 'audio',
            sources: [{ label: 's', input: 0, stream: 'a:0' }],
            filters: '[s]asplit[x][y];[x]ebur128=peak=true:metadata=1[e];[y]aformat=sample_fmts=flt[l]',
            sinks: ['e', 'l'],
          },
        ],
        outputs: [
          { kind: 'metadata', media: 'audio', from: 'e', keys: ['lavfi.r128.I'], everyMs: 1_000 },
          { kind: 'levels', from: 'l', sampleRate: 48_000, channels: 2, windows: [{ num: 30, den: 1 }] },
        ],
      })
      const [loudness, levels] = outputs
      assert.ok(loudness?.kind === 'metadata' && levels?.kind === 'levels')
      // A stereo sine of −6 dB peak has an EBU R 128 loudness of about −6 LUFS.
      assert.ok(Math.abs(loudness.values['lavfi.r128.I']!.at(-1)! + 6) < 1.5)
      const max = levels.series[0]!.max
      assert.ok(Math.abs(max[30]! - 0.5) < 0.05 && Math.abs(max[90]! - 0.05) < 0.02)
      assert.ok(Math.abs(max.length - 120) <= 1)
    })

    test('takes the picture at the time asked for', async () => {
      const path = join(dir, `frame-${engine.name}.jpg`)
      await engine.run({
        inputs: [{ path: source, seekMs: 2_500 }],
        graphs: [
          {
            media: 'video',
            sources: [{ label: 'v', input: 0, stream: 'v:0' }],
            filters: '[v]format=yuvj420p[p]',
            sinks: ['p'],
          },
        ],
        outputs: [
          {
            kind: 'file',
            path,
            muxer: 'image2',
            muxerOptions: { update: '1' },
            streams: [{ kind: 'encode', media: 'video', from: 'p', encoder: 'mjpeg', maxFrames: 1 }],
          },
        ],
      })
      assert.ok((await stat(path)).size > 1_000)
    })

    test('reports progress up to the end', async () => {
      let percent = 0
      await engine.run(copyAndShrink(join(dir, `progress-${engine.name}.mp4`)), {
        onProgress: (progress) => (percent = Math.max(percent, progress.percent ?? 0)),
      })
      assert.ok(percent >= 0 && percent <= 100)
    })

    test('says what it can do', async () => {
      const about = await engine.describe()
      assert.match(about.version, /\d/)
      for (const encoder of ['libx264', 'aac', 'mjpeg']) assert.ok(about.encoders.includes(encoder), encoder)
      for (const filter of ['ebur128', 'scdet', 'tonemap']) assert.ok(about.filters.includes(filter), filter)
    })

    test('refuses a text and a filter that does not exist, each in its own way', async () => {
      const text = join(dir, 'text.mp4')
      await writeFile(text, 'no film\n'.repeat(100))
      await assert.rejects(engine.probe(text), { code: 'ffmpeg.unreadable' })
      const plan = copyAndShrink(join(dir, 'never.mp4'))
      plan.graphs[0]!.filters = '[v]nosuchfilter[small]'
      await assert.rejects(engine.run(plan), { code: 'ffmpeg.failed' })
    })

    test('ends at once when the caller gives up', async () => {
      const giveUp = new AbortController()
      const plan: MediaPlan = {
        ...copyAndShrink(join(dir, `abort-${engine.name}.mp4`)),
        graphs: [
          {
            media: 'video',
            sources: [],
            filters: 'testsrc2=size=1280x720:duration=600[small]',
            sinks: ['small'],
          },
        ],
      }
      const running = engine.run(plan, { signal: giveUp.signal })
      setImmediate(() => giveUp.abort(new Error('cancelled')))
      await assert.rejects(running, { message: 'cancelled' })
    })

    const cover = realRecording('cover-art.mp4')
    test('does not take a cover picture for video', { skip: cover.skip }, async () => {
      const probe = await engine.probe(cover.path)
      assert.deepEqual(
        probe.streams.map((stream) => [stream.kind, stream.isAttachedPicture]),
        [
          ['video', false],
          ['audio', false],
          ['video', true],
        ],
      )
    })
  })
}

test('a program that is no FFmpeg is refused with what to do', async () => {
  const engine = createMediaEngine({ ffmpegPath: '/nonexistent/ffmpeg', log: silentLog() })
  await assert.rejects(engine.describe(), { code: 'ffmpeg.missing' })
})

function keyTimes(output: OutputResult): number[] {
  assert.ok(output.kind === 'packets')
  return output.ptsMs.filter((_, index) => output.isKey[index]).map(Math.round)
}
