import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MetadataResult } from '../../../platform/ffmpeg/plan.ts'
import type { MediaDeps } from '../probe-media.ts'
import { renditionErrors } from './errors.ts'
import { type Quality, comparePlan, qualityWindows, readVmafLog } from './quality.ts'

export type MeasureQuality = {
  sourcePath: string
  renditionPath: string
  durationMs: number
  /** Of a frame of the rendition; windows begin on whole frames. */
  frameMs: number
  sourceFilters: string
  pixelFormat: string
  metric: 'vmaf' | 'ssim'
  threshold: number
  /** A folder for findings, with a plain name. */
  workDir: string
  signal?: AbortSignal
  onProgress?: (percent: number) => void
}

/** The metric of this machine: VMAF where its FFmpeg has it, SSIM elsewhere. */
export async function chooseMetric(deps: MediaDeps): Promise<'vmaf' | 'ssim'> {
  const { filters } = await deps.engine.describe()
  return filters.includes('libvmaf') ? 'vmaf' : 'ssim'
}

/** Compares a rendition with its source, frame by frame, in windows spread over the whole. */
export async function measureQuality(
  deps: MediaDeps,
  input: MeasureQuality,
): Promise<{ quality: Quality; cpuMs: number }> {
  const windows = qualityWindows(input.durationMs, input.frameMs)
  const scores: Array<{ score: number; frames: number }> = []
  let cpuMs = 0
  for (const [index, window] of windows.entries()) {
    const vmafLogPath = input.metric === 'vmaf' ? join(input.workDir, `vmaf-${index}.json`) : undefined
    const run = await deps.engine.run(comparePlan({ ...input, window, vmafLogPath }), {
      signal: input.signal,
    })
    cpuMs += run.cpuMs
    scores.push(vmafLogPath ? await readVmaf(vmafLogPath) : readSsim(run.outputs[0] as MetadataResult))
    input.onProgress?.(((index + 1) / windows.length) * 100)
  }
  const frames = scores.reduce((sum, one) => sum + one.frames, 0)
  if (frames === 0)
    throw renditionErrors.badFile('No frame of the rendition could be compared with its source.')
  const mean = scores.reduce((sum, one) => sum + one.score * one.frames, 0) / frames
  return {
    quality: {
      metric: input.metric,
      score: Number(mean.toFixed(input.metric === 'vmaf' ? 2 : 4)),
      threshold: input.threshold,
      comparedMs: Math.round(windows.reduce((sum, { durationMs }) => sum + durationMs, 0)),
    },
    cpuMs,
  }
}

function readSsim({ values }: MetadataResult): { score: number; frames: number } {
  const found = (values['lavfi.ssim.All'] ?? []).filter(Number.isFinite)
  const sum = found.reduce((total, value) => total + value, 0)
  return { score: found.length > 0 ? sum / found.length : 0, frames: found.length }
}

async function readVmaf(path: string): Promise<{ score: number; frames: number }> {
  const score = readVmafLog(await readFile(path, 'utf8'))
  return score === undefined ? { score: 0, frames: 0 } : { score, frames: 1 }
}
