import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { formats } from '../src/capabilities/videos/storyboard/storyboard.ts'
import { makeVideo } from '../src/capabilities/videos/make/make-video.ts'
import { planMake } from '../src/capabilities/videos/make/plan-make.ts'
import { createNodeKit, sceneText } from '../src/capabilities/videos/render/node-kit.ts'
import { drawScene, themeFor } from '../src/capabilities/videos/scenes/draw-scene.ts'
import type { MediaPlan } from '../src/platform/ffmpeg/plan.ts'
import { createLibraryEngine } from '../src/platform/ffmpeg/engine.ts'
import { openSpeech } from '../src/providers/speech/index.ts'
import type { Line } from './line.ts'

const inSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void

/** Makes a short without a network, then changes one scene of it; and what drawing and encoding alone would cost. */
export async function benchVideos({ isShort }: { isShort: boolean }): Promise<Line[]> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-videos-'))
  const speech = openSpeech({ elevenLabsUrl: '', elevenLabsModel: '', speechModel: '' })
  const engine = createLibraryEngine()
  try {
    const wish = { topic: 'How do bees decide?', durationMs: isShort ? 22_000 : 60_000 }
    const { storyboard, script } = await planMake(
      { speech },
      { ...wish, format: '9:16', theme: 'midnight', language: 'en' },
    )
    const input = { storyboard, script, folder: dir, outDir: join(dir, 'out'), nice: 0 }
    const startedMs = performance.now()
    const made = await makeVideo({ speech, engine, workers: 2 }, input)
    const wallMs = performance.now() - startedMs
    const first = await receiptOf(made.receipt)

    const encode = await engine.run(encodePlan(made.video, join(dir, 'again.mp4')))
    const decode = await engine.run(decodePlan(made.video))
    const encodeMs = encode.cpuMs - decode.cpuMs
    const drawMs = await drawingAlone(storyboard, made.frames)

    const changed = structuredClone(storyboard)
    const title = changed.scenes.find((scene) => scene.kind === 'title')!
    title.text = 'How do *bees* choose?'
    const againMs = performance.now()
    const again = await makeVideo({ speech, engine, workers: 2 }, { ...input, storyboard: changed })
    const changeMs = performance.now() - againMs
    const second = await receiptOf(again.receipt)
    const floor = first.renderCpuMs / (encodeMs + drawMs)
    const seconds = made.durationMs / 1000
    return [
      {
        what: `short of ${seconds.toFixed(0)} s, 1080×1920, made offline`,
        value: wallMs / 1000,
        unit: 's',
        target: '≤ its own length',
        isMet: wallMs <= made.durationMs,
      },
      {
        what: 'drawing and encoding, to x264 alone and drawing alone (CPU)',
        value: floor,
        unit: '×',
        target: '≤ 1.4 ×',
        isMet: floor <= 1.4,
        note: `${inSeconds(first.renderCpuMs)} to ${inSeconds(encodeMs)} + ${inSeconds(drawMs)}`,
      },
      {
        what: `one of ${storyboard.scenes.length} scenes changed, to the whole (wall)`,
        value: changeMs / wallMs,
        unit: '×',
        target: '≤ 0.2 ×',
        isMet: changeMs / wallMs <= 0.2,
        note: `${inSeconds(changeMs)}, ${second.drawn} scene drawn`,
      },
      {
        what: 'memory of the largest drawing process',
        value: first.peakRssBytes / 1e6,
        unit: 'MB',
        target: '< 800 MB',
        isMet: first.peakRssBytes < 8e8,
      },
    ]
  } finally {
    await speech.close()
    await rm(dir, { recursive: true, force: true })
  }
}

async function receiptOf(path: string) {
  const receipt = JSON.parse(await readFile(path, 'utf8')) as {
    scenes: { drawn: number }
    processing: { renderCpuMs: number; peakRssBytes: number }
  }
  return { drawn: receipt.scenes.drawn, ...receipt.processing }
}

/** The same frames through x264 alone, with the same settings. */
function encodePlan(path: string, outPath: string): MediaPlan {
  return {
    inputs: [{ path }],
    graphs: [
      {
        media: 'video',
        sources: [{ label: 'in', input: 0, stream: 'v:0' }],
        filters: '[in]null[out]',
        sinks: ['out'],
      },
    ],
    outputs: [
      {
        kind: 'file',
        path: outPath,
        muxer: 'mp4',
        streams: [
          {
            kind: 'encode',
            from: 'out',
            media: 'video',
            encoder: 'libx264',
            options: { preset: 'veryfast', crf: '19' },
          },
        ],
      },
    ],
    threads: 1,
  }
}

function decodePlan(path: string): MediaPlan {
  return {
    inputs: [{ path }],
    graphs: [
      {
        media: 'video',
        sources: [{ label: 'in', input: 0, stream: 'v:0' }],
        filters: '[in]null[out]',
        sinks: ['out'],
      },
    ],
    outputs: [{ kind: 'metadata', from: 'out', media: 'video', keys: ['none'], everyMs: 10_000 }],
    threads: 1,
  }
}

/** CPU time of drawing as many frames of the same scenes, without encoding them. */
async function drawingAlone(
  storyboard: Awaited<ReturnType<typeof planMake>>['storyboard'],
  frames: number,
): Promise<number> {
  const [width, height] = formats[storyboard.format]
  const each = Math.ceil(frames / storyboard.scenes.length / 4)
  const before = process.cpuUsage()
  for (const scene of storyboard.scenes) {
    const text = `${sceneText(scene)} ${scene.narration ?? ''}`
    const { kit, canvas } = createNodeKit({
      width,
      height,
      theme: themeFor(storyboard.theme),
      scene,
      language: 'en',
      text,
    })
    const words = (scene.narration ?? '')
      .split(' ')
      .map((word, index) => ({ text: word, startMs: index * 300, endMs: index * 300 + 260 }))
    // Every fourth frame, times four: enough to know, at a quarter of the time.
    for (let frame = 0; frame < each; frame++) {
      drawScene(
        kit,
        { scene, enter: 'push', leave: 'push', captionStyle: 'karaoke' },
        { ms: (frame * 4_000) / 30, durationMs: (each * 4_000) / 30, words, peaks: [] },
      )
      canvas.data()
      if (frame % 4 === 3) {
        collect({ type: 'minor' })
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
  }
  const { user, system } = process.cpuUsage(before)
  return ((user + system) / 1000) * 4
}
