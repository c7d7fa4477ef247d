import { runMediaChild } from '../../../platform/ffmpeg/child.ts'
import { type RenderJob, type RenderResult, sceneEncoding, type SceneJob, type Stage } from './render-job.ts'

const entry = new URL('./render-child.ts', import.meta.url)

export type RenderScenes = {
  stage: Stage
  scenes: SceneJob[]
  /** How many processes draw at once. Two cores are used by two. */
  workers: number
  signal?: AbortSignal
  onProgress?: (percent: number) => void
  nice?: number
}

export type RenderedScenes = RenderResult & { cpuMs: number; peakRssBytes: number }

/**
 * Draws scenes in processes of their own, several at once, each scene into its own file. A scene that is done stays
 * done when another fails. Fails with a row of `ffmpeg`, or the signal's reason.
 */
export async function renderScenes(input: RenderScenes): Promise<RenderedScenes> {
  const groups = shareOut(input.scenes, input.workers)
  const percents = groups.map(() => 0)
  const threads = Math.max(1, Math.floor(input.workers / Math.max(1, groups.length)))
  const total = input.scenes.reduce((sum, { frames }) => sum + frames, 0)
  const done = await Promise.all(
    groups.map((scenes, index) =>
      runMediaChild<RenderJob, RenderResult>({
        entry,
        job: { stage: input.stage, scenes, threads, ...sceneEncoding },
        signal: input.signal,
        nice: input.nice,
        onProgress: ({ percent = 0 }) => {
          percents[index] = percent
          const frames = groups.map((group) => group.reduce((sum, scene) => sum + scene.frames, 0))
          input.onProgress?.(frames.reduce((sum, count, place) => sum + count * percents[place]!, 0) / total)
        },
      }),
    ),
  )
  return {
    frames: done.reduce((sum, { result }) => sum + result.frames, 0),
    drawMs: done.reduce((sum, { result }) => sum + result.drawMs, 0),
    encodeMs: done.reduce((sum, { result }) => sum + result.encodeMs, 0),
    cpuMs: done.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    peakRssBytes: Math.max(0, ...done.map(({ peakRssBytes }) => peakRssBytes)),
  }
}

/** Shares scenes among workers so that all end at about the same time: the longest first, each to who has least. */
export function shareOut<Item extends { frames: number }>(items: readonly Item[], workers: number): Item[][] {
  const groups = Array.from({ length: Math.min(workers, items.length) }, () => ({
    frames: 0,
    items: [] as Item[],
  }))
  for (const item of items.toSorted((a, b) => b.frames - a.frames)) {
    const least = groups.reduce((a, b) => (b.frames < a.frames ? b : a))
    least.items.push(item)
    least.frames += item.frames
  }
  return groups.map((group) => group.items)
}
