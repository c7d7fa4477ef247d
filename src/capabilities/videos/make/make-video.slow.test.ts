import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createCanvas } from '@napi-rs/canvas'
import { createLibraryEngine } from '../../../platform/ffmpeg/engine.ts'
import { openSpeech, type Speeches } from '../../../providers/speech/index.ts'
import { checkStoryboard } from '../storyboard/check-storyboard.ts'
import type { Storyboard } from '../storyboard/storyboard.ts'
import { loudnessPlan } from './encode-sound.ts'
import { makeVideo } from './make-video.ts'
import type { VideoScript } from './script.ts'

const script: VideoScript = {
  title: 'Bees',
  origin: 'own-script',
  note: 'Own words.',
  beats: [],
  tags: ['bees'],
  description: 'Bees decide.',
}

function board(change: Partial<Storyboard> = {}): Storyboard {
  return checkStoryboard({
    schema: 'creatorops.storyboard/1',
    title: 'Bees 🐝 decide',
    format: '1:1',
    frameRate: 24,
    theme: 'chalk',
    captions: { style: 'sweep' },
    scenes: [
      {
        id: 'one',
        kind: 'title',
        text: 'How do bees decide?',
        narration: 'How do ten thousand bees decide, with nobody in charge of them?',
      },
      {
        id: 'two',
        kind: 'number',
        value: 20,
        label: 'scouts are enough',
        narration: 'Twenty scouts at one site are enough. That is a quorum.',
        transition: 'wipe',
      },
      {
        id: 'three',
        kind: 'end',
        text: 'مرحبا 蜜蜂',
        narration: 'Now decide like a swarm, and follow for more of this.',
        transition: 'iris',
      },
      { id: 'four', kind: 'quote', text: 'Wiser together', timing: { mode: 'fixed', durationMs: 4_000 } },
    ],
    ...change,
  })
}

async function withFolder(run: (dir: string, speech: Speeches) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'make-video-'))
  const speech = openSpeech({ elevenLabsUrl: '', elevenLabsModel: '', speechModel: '' })
  try {
    await run(dir, speech)
  } finally {
    await speech.close()
    await rm(dir, { recursive: true, force: true })
  }
}

describe('a video is made on this machine', () => {
  test('whole, in sync, at its loudness; then one changed scene is all that is drawn again', () =>
    withFolder(async (dir, speech) => {
      const engine = createLibraryEngine()
      const deps = { speech, engine, workers: 2 }
      const outDir = join(dir, 'out')
      const made = await makeVideo(deps, { storyboard: board(), script, folder: dir, outDir })
      const probe = await engine.probe(made.video)
      const video = probe.streams.find(({ kind }) => kind === 'video')!
      assert.equal(video.frames, made.frames)
      assert.deepEqual([video.video!.width, video.video!.height, video.video!.matrix], [1080, 1080, 'bt709'])
      const apartMs = Math.abs(probe.packets.lastVideoEndMs! - probe.packets.lastAudioEndMs!)
      assert.ok(apartMs <= 1000 / 24 + 22, `sound and picture end ${apartMs} ms apart`)

      const receipt = JSON.parse(await readFile(made.receipt, 'utf8'))
      assert.deepEqual(receipt.scenes, { drawn: 4, kept: 0 })
      assert.equal(receipt.framesEncoded, made.frames, 'each frame is encoded once')
      assert.equal(receipt.containsSyntheticMedia, true)
      const measured = await engine.run(loudnessPlan(made.video))
      const loudness =
        measured.outputs[0]?.kind === 'metadata' ? measured.outputs[0].values['lavfi.r128.I']! : []
      const lufs = loudness.findLast((value) => Number.isFinite(value))!
      assert.ok(Math.abs(lufs + 14) < 0.7, `${lufs} LUFS`)

      const srt = await readFile(made.captions.files[0]!, 'utf8')
      assert.match(srt, /^1\n00:00:00,\d{3} --> /)
      assert.match(srt.replace(/\n/g, ' '), /Twenty scouts/)
      for (const path of made.thumbnails) assert.ok((await stat(path)).size > 5_000)

      const changed = board()
      changed.scenes[1] = { ...changed.scenes[1]!, kind: 'number', value: 21 } as Storyboard['scenes'][number]
      const again = await makeVideo(deps, { storyboard: changed, script, folder: dir, outDir })
      const second = JSON.parse(await readFile(again.receipt, 'utf8'))
      assert.deepEqual(second.scenes, { drawn: 1, kept: 3 })
      assert.equal(second.costs[0].characters, 0, 'no sentence is spoken again')
      assert.equal(
        (await engine.probe(again.video)).streams.find(({ kind }) => kind === 'video')!.frames,
        made.frames,
      )
    }))

  test('a call that is ended half way leaves what it finished to the next', () =>
    withFolder(async (dir, speech) => {
      const deps = { speech, engine: createLibraryEngine(), workers: 1 }
      const ended = new AbortController()
      const input = { storyboard: board(), script, folder: dir, outDir: join(dir, 'out') }
      // One worker draws the longest scene first; the second is under way when it is killed.
      const onProgress = (percent: number, stage: string) => {
        if (stage === 'Drawing' && percent > 12 + 82 * 0.6) ended.abort(new Error('ended'))
      }
      await assert.rejects(makeVideo(deps, { ...input, signal: ended.signal, onProgress }), /ended/)
      const made = await makeVideo({ ...deps, workers: 2 }, input)
      const receipt = JSON.parse(await readFile(made.receipt, 'utf8'))
      assert.ok(receipt.scenes.kept >= 1, `${receipt.scenes.kept} scenes were kept`)
      assert.equal(receipt.costs[0].characters, 0, 'nothing is spoken twice')
      assert.deepEqual(
        (await readdir(input.outDir)).filter((name) => name.startsWith('.making-')),
        [],
      )
    }))

  test('what cannot be made is refused before anything is spoken or drawn', () =>
    withFolder(async (dir, speech) => {
      const deps = { speech, engine: createLibraryEngine() }
      const refuse = (storyboard: Storyboard, code: string) =>
        assert.rejects(makeVideo(deps, { storyboard, script, folder: dir, outDir: join(dir, 'out') }), {
          code,
        })
      const scene = { id: 'one', kind: 'title', text: 'Short', narration: 'Too short.' }
      await refuse(
        board({ scenes: checkStoryboard({ ...board(), scenes: [scene] }).scenes }),
        'videos.badLength',
      )
      await refuse(
        board({ scenes: checkStoryboard({ ...board(), scenes: [{ ...scene, text: 'ꦗꦮ' }] }).scenes }),
        'videos.noGlyphs',
      )
      await refuse(board({ voice: { rate: 1, name: 'nobody' } }), 'speech.unknownVoice')
      await refuse(board({ language: 'xh' }), 'speech.languageNotSpoken')
      const pictured = (path: string) => board({ media: [{ id: 'p', kind: 'image', path }] })
      await refuse(pictured('lost.png'), 'videos.missingMedia')
      const huge = createCanvas(2, 2).toBuffer('image/png')
      huge.writeUInt32BE(50_000, 16)
      await writeFile(join(dir, 'huge.png'), huge)
      await refuse(pictured('huge.png'), 'videos.badPicture')
      await writeFile(join(dir, 'text.png'), 'not a picture')
      await refuse(pictured('text.png'), 'videos.badPicture')
    }))
})
