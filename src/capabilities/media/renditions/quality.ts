import type { MediaPlan } from '../../../platform/ffmpeg/plan.ts'

export const qualityMetrics = ['vmaf', 'ssim', 'identical'] as const

/** How near a rendition is to its source. VMAF 0 to 100; SSIM 0 to 1; `identical` is the source's own picture. */
export type Quality = {
  metric: (typeof qualityMetrics)[number]
  score: number
  /** Below this the rendition is refused. */
  threshold: number
  /** How much of the recording was compared. */
  comparedMs: number
}

export type QualityWindow = { startMs: number; durationMs: number }

const comparedWholeMs = 30_000
const windowMs = 2_000
const windows = 12

/** Which parts are compared: all of a short recording, else 12 parts of 2 s spread over it, on whole frames. */
export function qualityWindows(durationMs: number, frameMs: number): QualityWindow[] {
  if (durationMs <= comparedWholeMs) return [{ startMs: 0, durationMs }]
  const stepMs = (durationMs - windowMs) / (windows - 1)
  return Array.from({ length: windows }, (_, index) => ({
    startMs: Math.floor((index * stepMs) / frameMs) * frameMs,
    durationMs: windowMs,
  }))
}

export type ComparePlan = {
  sourcePath: string
  renditionPath: string
  window: QualityWindow
  /** What the source goes through to look like the rendition. */
  sourceFilters: string
  pixelFormat: string
  /** Where VMAF writes its findings; without it SSIM is measured. */
  vmafLogPath?: string
}

/**
 * A frame is compared with the newest of the source that is not later. Containers round times differently, so the
 * source goes ahead by more than any rounding and less than any frame.
 */
const earlierMicros = 2_000

/** Decodes the same window of both files and compares frame by frame. */
export function comparePlan(input: ComparePlan): MediaPlan {
  const { window, pixelFormat, vmafLogPath } = input
  const seconds = (window.durationMs / 1000).toFixed(6)
  const cut = `trim=end=${seconds},settb=AVTB,format=${pixelFormat}`
  const metric = vmafLogPath ? `libvmaf=log_fmt=json:log_path='${vmafLogPath}'` : 'ssim'
  const seekMs = window.startMs || undefined
  const readMs = window.durationMs
  return {
    inputs: [
      { path: input.renditionPath, seekMs, readMs },
      { path: input.sourcePath, seekMs, readMs },
    ],
    graphs: [
      {
        media: 'video',
        sources: [
          { label: 'made', input: 0, stream: 'v:0' },
          { label: 'source', input: 1, stream: 'v:0' },
        ],
        filters: [
          `[made]${cut}[m]`,
          `[source]${input.sourceFilters},${cut},setpts=PTS-${earlierMicros}[s]`,
          `[m][s]${metric}${vmafLogPath ? ':' : '='}shortest=1[compared]`,
        ].join(';'),
        sinks: ['compared'],
      },
    ],
    durationMs: window.startMs + window.durationMs,
    outputs: [{ kind: 'metadata', media: 'video', from: 'compared', keys: ['lavfi.ssim.All'] }],
  }
}

/** The score in what libvmaf wrote: the harmonic mean, which a few bad frames pull down, or the mean. */
export function readVmafLog(text: string): number | undefined {
  const log = JSON.parse(text) as { pooled_metrics?: { vmaf?: { mean?: number; harmonic_mean?: number } } }
  const pooled = log.pooled_metrics?.vmaf
  return pooled?.harmonic_mean ?? pooled?.mean
}
