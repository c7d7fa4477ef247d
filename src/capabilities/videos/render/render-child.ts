import { renameSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { AV_LOG_ERROR } from 'node-av/constants'
import { Log } from 'node-av/lib'
import { type MediaChildTools, serveMediaChild } from '../../../platform/ffmpeg/serve-child.ts'
import { drawScene, themeFor } from '../scenes/draw-scene.ts'
import type { Picture } from '../scenes/kit.ts'
import { openClipFrames } from './clip-frames.ts'
import { openFrameEncoder } from './frame-encoder.ts'
import { createNodeKit, sceneText } from './node-kit.ts'
import type { RenderJob, RenderResult, SceneJob } from './render-job.ts'

// Entry file of the child that draws scenes and encodes them.
Log.setLevel(AV_LOG_ERROR)
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void

serveMediaChild<RenderJob, RenderResult>(renderScenes)

async function renderScenes(job: RenderJob, tools: MediaChildTools): Promise<RenderResult> {
  const total = job.scenes.reduce((sum, scene) => sum + scene.frames, 0)
  const result: RenderResult = { frames: 0, drawMs: 0, encodeMs: 0 }
  for (const scene of job.scenes) {
    await renderScene(job, scene, result, async () => {
      await tools.progress({ percent: (result.frames / total) * 100 })
    })
  }
  return result
}

async function renderScene(
  job: RenderJob,
  input: SceneJob,
  result: RenderResult,
  report: () => Promise<void>,
): Promise<void> {
  const { stage } = job
  const { scene } = input.drawing
  const canvas = createCanvas(stage.width, stage.height)
  const { kit } = createNodeKit({
    width: stage.width,
    height: stage.height,
    theme: themeFor(stage.theme, stage.brand, scene.style),
    scene,
    language: stage.language,
    text: `${sceneText(scene)} ${input.words.map(({ text }) => text).join(' ')}`,
    pictures: await openPictures(input, Math.max(stage.width, stage.height)),
    canvas,
  })
  const partial = `${input.outPath}.partial`
  const encoder = openFrameEncoder({
    path: partial,
    ...stage,
    threads: job.threads,
    preset: job.preset,
    crf: job.crf,
  })
  const durationMs = (input.frames * 1000) / stage.frameRate
  for (let frame = 0; frame < input.frames; frame++) {
    const startedMs = performance.now()
    drawScene(kit, input.drawing, {
      ms: (frame * 1000) / stage.frameRate,
      durationMs,
      words: input.words,
      peaks: input.peaks,
    })
    const pixels = canvas.data()
    const drawnMs = performance.now()
    encoder.add(pixels)
    result.drawMs += drawnMs - startedMs
    result.encodeMs += performance.now() - drawnMs
    result.frames++
    // Each frame is 8 MB outside the heap. Freed at once it is used again; otherwise the system hands out fresh
    // pages for every frame, which costs more than drawing it.
    if (frame % 4 === 3) {
      collect({ type: 'minor' })
      await new Promise((resolve) => setImmediate(resolve))
    }
    await report()
  }
  encoder.finish()
  collect()
  renameSync(partial, input.outPath)
}

async function openPictures(
  input: SceneJob,
  largestSide: number,
): Promise<(id: string, ms: number) => Picture | undefined> {
  const stills = new Map<string, Picture>()
  const clips = new Map<string, (ms: number) => Picture | undefined>()
  for (const file of input.media) {
    if (file.kind === 'video') {
      const fromMs = input.drawing.scene.kind === 'clip' ? input.drawing.scene.startMs : 0
      clips.set(file.id, openClipFrames(file.path, fromMs, largestSide))
      continue
    }
    const image = await loadImage(file.path)
    const scale = Math.min(1, (largestSide * 2) / Math.max(image.width, image.height))
    const width = Math.round(image.width * scale)
    const height = Math.round(image.height * scale)
    // Made smaller once: large pictures would be scaled down again for every frame.
    const still = createCanvas(width, height)
    still.getContext('2d').drawImage(image, 0, 0, width, height)
    stills.set(file.id, { source: still, width, height })
  }
  return (id, ms) => stills.get(id) ?? clips.get(id)?.(ms)
}
