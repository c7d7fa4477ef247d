import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { engineCases } from '../../../test/fixtures/media/engines.ts'
import { makeMedia } from '../../../test/fixtures/media/make-media.ts'
import { tagRotation } from '../../../test/fixtures/media/mp4-edits.ts'
import { realRecording } from '../../../test/fixtures/media/recordings.ts'
import { analyzeMedia } from './analyze-media.ts'
import { extractThumbnail } from './extract-thumbnail.ts'
import type { Peaks } from './peaks.ts'

// Black for 2 s, then a red test card for 3 s, then a moving one: changes at 2 s and 5 s.
const scenes = [
  'testsrc2=size=320x180:rate=30:duration=8',
  "drawbox=color=black:t=fill:enable='lt(t,2)'",
  "drawbox=color=red:t=fill:w=iw/2:enable='between(t,2,4.99)'",
  "negate=enable='gte(t,5)'",
].join(',')
const speech = '0.4*sin(300*2*PI*t)*(between(t,1,3)+between(t,5,7))'

for (const { name, skip, open } of engineCases()) {
  describe(`the analysis through ${name}`, { skip }, () => {
    const engine = open()
    let dir = ''
    let source = ''

    before(async () => {
      dir = await mkdtemp(join(tmpdir(), 'creatorops-analysis-'))
      source = await makeMedia({ path: join(dir, 'source.mp4'), seconds: 8, picture: scenes, sound: speech })
    })
    after(() => rm(dir, { recursive: true, force: true }))

    test('finds speech, silence, scenes, black, loudness and pictures in one pass', async () => {
      const outDir = join(dir, 'all')
      const analysis = await analyzeMedia({ engine }, { path: source, outDir })
      const near = (frame: number, wanted: number) => Math.abs(frame - wanted) <= 1
      assert.equal(analysis.keep.length, 2)
      const [first, second] = analysis.keep
      assert.ok(near(first!.startFrame, 24) && near(first!.endFrame, 96), JSON.stringify(analysis.keep))
      assert.ok(near(second!.startFrame, 144) && near(second!.endFrame, 216), JSON.stringify(analysis.keep))
      assert.deepEqual(
        analysis.scenes.map((scene) => Math.round(scene.atMs / 100) / 10),
        [2, 5],
      )
      assert.deepEqual(
        analysis.black.map(({ startMs, endMs }) => [startMs, endMs]),
        [[0, 2000]],
      )
      assert.ok(Math.abs(analysis.loudness!.truePeakDb + 8) < 1, JSON.stringify(analysis.loudness))
      assert.ok(analysis.posterAtMs >= 2000)
      assert.deepEqual(
        analysis.suggestions.map(({ kind }) => kind),
        ['deadAir', 'black', 'longPause', 'deadAir'],
      )

      const poster = await engine.probe(await asVideo(join(outDir, analysis.poster)))
      assert.deepEqual([poster.streams[0]!.video!.width, poster.streams[0]!.video!.height], [320, 180])
      const sheet = await engine.probe(await asVideo(join(outDir, analysis.contactSheet)))
      assert.deepEqual([sheet.streams[0]!.video!.width, sheet.streams[0]!.video!.height], [960, 540])
      const sprite = await engine.probe(await asVideo(join(outDir, analysis.sprites!.files[0]!)))
      assert.deepEqual([sprite.streams[0]!.video!.width, sprite.streams[0]!.video!.height], [1600, 900])
      assert.match(
        await readFile(join(outDir, analysis.sprites!.vtt), 'utf8'),
        /sprite-001\.jpg#xywh=480,0,160,90/,
      )
      const made = (await readdir(outDir)).filter((name) => !name.endsWith('.mkv'))
      assert.deepEqual(made.sort(), [
        'analysis.json',
        'contact-sheet.jpg',
        'peaks.json',
        'poster.jpg',
        'sprite-001.jpg',
        'sprites.vtt',
      ])
      const peaks = JSON.parse(await readFile(join(outDir, analysis.peaks), 'utf8')) as Peaks
      assert.equal(peaks.samplesPerSecond, 50)
      assert.ok(Math.abs(peaks.max.length - 400) <= 2 && peaks.max.length === peaks.min.length)
      assert.ok(peaks.max[100]! > 40 && peaks.max[10]! < 3 && peaks.min[100]! < -40)
      assert.deepEqual(JSON.parse(await readFile(join(outDir, 'analysis.json'), 'utf8')), analysis)
    })

    test('measures loudness whatever the length of the sound', async () => {
      const path = await makeMedia({
        path: join(dir, 'length.mp4'),
        seconds: 3.37,
        sound: '0.5*sin(440*2*PI*t)',
      })
      const { loudness } = await analyzeMedia({ engine }, { path, outDir: join(dir, 'length') })
      assert.ok(Math.abs(loudness!.truePeakDb + 6) < 0.5, JSON.stringify(loudness))
      assert.ok(Math.abs(loudness!.integratedLufs + 6) < 1.5, JSON.stringify(loudness))
    })

    test('of a recording without sound keeps all of it', async () => {
      const mute = await makeMedia({ path: join(dir, 'mute.mp4'), audioTracks: 0 })
      const analysis = await analyzeMedia({ engine }, { path: mute, outDir: join(dir, 'mute') })
      assert.equal(analysis.loudness, null)
      assert.deepEqual(analysis.keep, [{ startFrame: 0, endFrame: 60, startMs: 0, endMs: 2000 }])
      assert.deepEqual(analysis.suggestions, [])
    })

    test('shows turned recordings upright', async () => {
      const turned = await tagRotation(await makeMedia({ path: join(dir, 'turned.mp4') }), 90)
      const outPath = join(dir, 'turned.jpg')
      assert.deepEqual(await extractThumbnail({ engine }, { path: turned, atMs: 500, outPath }), {
        width: 180,
        height: 320,
      })
      const { video } = (await engine.probe(await asVideo(outPath))).streams[0]!
      assert.deepEqual([video!.width, video!.height], [180, 320])
    })

    test('brings high dynamic range to pictures that every screen shows', async () => {
      const filters = [
        'format=yuv420p10le',
        'setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc',
      ]
      const options = { preset: 'ultrafast', 'x265-params': 'log-level=none' }
      const video = { encoder: 'libx265', options }
      const hdr = await makeMedia({ path: join(dir, 'hdr.mp4'), pictureFilters: filters, video })
      const analysis = await analyzeMedia({ engine }, { path: hdr, outDir: join(dir, 'hdr') })
      assert.ok(analysis.notes.some((note) => note.includes('high dynamic range')))
    })

    test('of 1 frame a second and of uneven frames ends with every tile', async () => {
      const slow = await makeMedia({ path: join(dir, 'slow.mp4'), seconds: 6, rate: '1' })
      assert.equal((await analyzeMedia({ engine }, { path: slow, outDir: join(dir, 'slow') })).frames, 6)
      const uneven = await makeMedia({
        path: join(dir, 'uneven.mp4'),
        seconds: 4,
        pictureFilters: ["select='not(between(n,40,75))'"],
      })
      const analysis = await analyzeMedia({ engine }, { path: uneven, outDir: join(dir, 'uneven') })
      assert.ok(analysis.keep.at(-1)!.endMs >= 3_900)
    })

    test('refuses a thumbnail outside the recording', async () => {
      for (const atMs of [-1, 8_001, Number.NaN]) {
        const input = { path: source, atMs, outPath: join(dir, 'never.jpg') }
        await assert.rejects(extractThumbnail({ engine }, input), { code: 'media.timeOutside' })
      }
      const last = { path: source, atMs: 7_999, outPath: join(dir, 'last.jpg') }
      assert.deepEqual(await extractThumbnail({ engine }, last), { width: 320, height: 180 })
    })

    const talk = realRecording('talk-42s.mp4')
    test('agrees with auto-editor about a real talk, within one frame', { skip: talk.skip }, async () => {
      const analysis = await analyzeMedia({ engine }, { path: talk.path, outDir: join(dir, 'talk') })
      const wanted = [
        [0, 26],
        [35, 397],
        [411, 523],
        [1193, 1221],
      ]
      const found = analysis.keep.map(({ startFrame, endFrame }) => [startFrame, endFrame])
      assert.equal(found.length, wanted.length, JSON.stringify(found))
      for (const [index, range] of found.entries()) {
        for (const [side, frame] of range.entries()) {
          assert.ok(Math.abs(frame - wanted[index]![side]!) <= 1, JSON.stringify(found))
        }
      }
    })
  })

  /** A picture is no recording to our engine, so it is put into a container to be looked at. */
  async function asVideo(jpeg: string): Promise<string> {
    const path = `${jpeg}.mkv`
    await wrapPicture(jpeg, path)
    return path
  }
}

async function wrapPicture(jpeg: string, path: string): Promise<void> {
  const { FormatContext, Packet } = await import('node-av/lib')
  const input = new FormatContext()
  input.openInputSync(jpeg)
  input.findStreamInfoSync()
  const output = new FormatContext()
  output.allocOutputContext2(null, 'matroska', path)
  const stream = output.newStream()
  input.streams[0]!.codecpar.copy(stream.codecpar)
  stream.timeBase = { num: 1, den: 25 } as never
  output.openOutputSync()
  output.writeHeaderSync()
  const packet = new Packet()
  packet.alloc()
  input.readFrameSync(packet)
  packet.streamIndex = 0
  output.writeFrameSync(packet)
  output.writeTrailerSync()
  output.closeOutputSync()
}
