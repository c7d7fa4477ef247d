import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { MediaEngine } from '../../../platform/ffmpeg/engine.ts'
import type { Speeches } from '../../../providers/speech/index.ts'
import { assembleVideo } from '../render/assemble-video.ts'
import type { MediaFile, SceneJob, Stage } from '../render/render-job.ts'
import { renderScenes } from '../render/render-scenes.ts'
import { findDrawnScenes, removeOtherScenes } from '../render/scene-cache.ts'
import { drawThumbnails } from '../render/thumbnails.ts'
import { mediaOf } from '../storyboard/check-storyboard.ts'
import { formats, type Storyboard } from '../storyboard/storyboard.ts'
import { captionCues, srtOf, vttOf } from './caption-files.ts'
import { checkFiles } from './check-files.ts'
import { makeSound } from './make-sound.ts'
import { narrateScenes, type TimedScene, voiceFor } from './narrate-scenes.ts'
import type { VideoScript } from './script.ts'
import { speechFiles } from './speech-files.ts'
import { writeReceipt } from './write-receipt.ts'
import { writeSeo } from './write-seo.ts'

export type MakeVideo = {
  storyboard: Storyboard
  script: VideoScript
  /** Where the storyboard's own paths count from. */
  folder: string
  outDir: string
  signal?: AbortSignal
  onProgress?: (percent: number, stage: string) => void
  nice?: number
}

export type MakeVideoDeps = { speech: Speeches; engine: MediaEngine; workers?: number }

export type MadeVideo = {
  video: string
  durationMs: number
  width: number
  height: number
  frames: number
  captions: { style: string; burned: boolean; files: string[] }
  thumbnails: string[]
  storyboard: string
  seo: ReturnType<typeof writeSeo>
  receipt: string
  costMicros: number
  engines: Record<string, string>
  notes: string[]
}

/**
 * Makes a whole video from a storyboard on this machine: speaks it, draws it, mixes it and writes everything that goes
 * with it into a folder. Each frame is encoded once; scenes and sentences that an earlier call left in the folder's
 * `.parts` are used again, so that a changed scene costs only itself. A file in the folder is whole or not there.
 *
 * Fails with a row of `videos`, `speech` or `ffmpeg`, or the signal's reason.
 */
export async function makeVideo(deps: MakeVideoDeps, input: MakeVideo): Promise<MadeVideo> {
  const { storyboard, outDir, signal } = input
  const startedMs = performance.now()
  const files = await checkFiles(storyboard, input.folder)
  const { speech, voice } = await voiceFor(deps.speech, storyboard)
  const [width, height] = formats[storyboard.format]
  await mkdir(outDir, { recursive: true })
  await removeLeftovers(outDir)
  const workDir = await mkdtemp(join(outDir, '.making-'))
  try {
    const report = input.onProgress ?? (() => undefined)
    const scenes = await narrateScenes({
      storyboard,
      speech,
      voice,
      cache: speechFiles(join(outDir, '.parts', 'speech')),
      workDir,
      signal,
      onProgress: (percent) => report(percent * 0.12, 'Speaking'),
    })
    const frames = scenes.reduce((sum, scene) => sum + scene.frames, 0)
    const durationMs = (frames * 1000) / storyboard.frameRate
    const stage: Stage = {
      width,
      height,
      frameRate: storyboard.frameRate,
      language: storyboard.language,
      theme: storyboard.theme,
      brand: storyboard.brand,
    }
    const sceneDir = join(outDir, '.parts', 'scenes')
    const { jobs, missing } = await findDrawnScenes(
      sceneDir,
      stage,
      sceneJobs(storyboard, scenes, files, sceneDir),
    )
    const [drawn, sound] = await Promise.all([
      renderScenes({
        stage,
        scenes: missing,
        workers: deps.workers ?? Math.max(1, availableParallelism()),
        signal,
        nice: input.nice,
        onProgress: (percent) => report(12 + percent * 0.82, 'Drawing'),
      }),
      makeSound(deps.engine, { storyboard, scenes, durationMs, workDir, signal }),
    ])
    report(95, 'Putting together')
    const whole = join(workDir, 'video.mp4')
    await assembleVideo(
      {
        scenes: jobs.map(({ outPath, frames: count }) => ({ path: outPath, frames: count })),
        soundPath: sound.path,
        frameRate: storyboard.frameRate,
        outPath: whole,
      },
      { signal, nice: input.nice },
    )
    const video = join(outDir, 'video.mp4')
    const cues = captionCues(scenes, storyboard.frameRate, width, height)
    const captionFiles = storyboard.captions.soft
      ? [join(outDir, 'captions.srt'), join(outDir, 'captions.vtt')]
      : []
    if (captionFiles.length > 0) {
      await writeFile(captionFiles[0]!, srtOf(cues))
      await writeFile(captionFiles[1]!, vttOf(cues))
    }
    const thumbnails = await drawThumbnails({ storyboard, width, height, outDir })
    await copyFile(thumbnails[0]!, join(outDir, 'thumbnail.jpg'))
    const seo = writeSeo(input.script, storyboard, scenes)
    const paths = {
      storyboard: join(outDir, 'storyboard.json'),
      seo: join(outDir, 'seo.json'),
      receipt: join(outDir, 'receipt.json'),
    }
    await writeFile(paths.storyboard, `${JSON.stringify(storyboard, null, 2)}\n`)
    await writeFile(paths.seo, `${JSON.stringify(seo, null, 2)}\n`)
    const engines = {
      script: input.script.origin,
      narration: voice.id,
      pictures: 'canvas',
      encoder: 'libx264',
      media: deps.engine.name,
    }
    const notes = [
      input.script.note,
      ...(voice.isLocal ? [`Narrated by ${voice.label}, a synthetic voice on this machine.`] : []),
    ]
    const receipt = await writeReceipt({
      storyboard,
      script: input.script,
      scenes,
      voice,
      video: whole,
      sound,
      drawn: { ...drawn, scenes: missing.length },
      engines,
      notes,
      wallMs: performance.now() - startedMs,
    })
    await writeFile(paths.receipt, `${JSON.stringify(receipt, null, 2)}\n`)
    await rename(whole, video)
    await removeOtherScenes(sceneDir, jobs)
    report(100, 'Done')
    return {
      video,
      durationMs,
      width,
      height,
      frames,
      captions: { style: storyboard.captions.style, burned: storyboard.captions.burned, files: captionFiles },
      thumbnails,
      storyboard: paths.storyboard,
      seo,
      receipt: paths.receipt,
      costMicros: 0,
      engines,
      notes,
    }
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

/** What the render children do for each scene. A scene knows how the next one comes in, for its own way out. */
export function sceneJobs(
  storyboard: Storyboard,
  scenes: readonly TimedScene[],
  files: Map<string, MediaFile>,
  dir: string,
): SceneJob[] {
  const { burned, style } = storyboard.captions
  return scenes.map(({ scene, frames, words, peaks }, index) => ({
    drawing: {
      scene,
      enter: index === 0 ? 'cut' : scene.transition,
      leave: scenes[index + 1]?.scene.transition ?? 'cut',
      captionStyle: burned ? style : undefined,
      logo: storyboard.brand?.logo,
    },
    frames,
    words,
    peaks,
    media: [...mediaOf(scene), storyboard.brand?.logo].flatMap((id) =>
      id === undefined ? [] : (files.get(id) ?? []),
    ),
    outPath: join(dir, `scene-${index + 1}.mp4`),
  }))
}

/** Removes the working folders of calls that were killed, when nobody can still be writing in them. */
async function removeLeftovers(outDir: string): Promise<void> {
  for (const name of await readdir(outDir)) {
    const path = join(outDir, name)
    if (!name.startsWith('.making-') || Date.now() - (await stat(path)).mtimeMs < 3_600_000) continue
    await rm(path, { recursive: true, force: true })
  }
}
