import { mkdtemp, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { mediaErrors } from '../errors.ts'
import type { Probe } from '../probe.ts'
import { type MediaDeps, probeMedia } from '../probe-media.ts'
import { checkRendition } from './check-rendition.ts'
import { renditionErrors } from './errors.ts'
import { framesPerSecond } from './frame-rates.ts'
import { measureLoudness } from './measure-loudness.ts'
import { chooseMetric, measureQuality } from './measure-quality.ts'
import { type Prepared, prepareRendition } from './prepare-rendition.ts'
import { type Preset, type PresetName, presetOf } from './presets.ts'
import type { Quality } from './quality.ts'
import { pictureFilters, renditionPlan } from './rendition-plan.ts'
import type { RenditionReport } from './rendition-report.ts'

export type TranscodeMedia = {
  path: string
  outPath: string
  preset: PresetName
  probe?: Probe
  /** Lowest score to accept; in VMAF points where VMAF is measured, else SSIM. Default: by the kind of preset. */
  minScore?: number
  /** Encode also what could be copied. Default false. */
  encodeAll?: boolean
  signal?: AbortSignal
  /** 0 to 100. */
  onProgress?: (percent: number) => void
}

/** Lowest scores that are accepted unless the caller says otherwise. */
export const defaultMinScores = {
  delivery: { ssim: 0.95, vmaf: 88 },
  editing: { ssim: 0.97, vmaf: 93 },
} as const

/**
 * Makes one file from a recording for a destination or for editing. What fits is copied, everything else comes from
 * one decode. The written file is read back, compared with the source, and encoded once more at a higher quality when
 * its score is too low; what is still below is refused with its score (`renditions.lowQuality`), and nothing is left.
 */
export async function transcodeMedia(deps: MediaDeps, input: TranscodeMedia): Promise<RenditionReport> {
  const probe = input.probe ?? (await probeMedia(deps, input))
  if (!probe.hasVideo) throw mediaErrors.noVideo('The file has no video track.')
  const preset = presetOf(input.preset)
  const workDir = await mkdtemp(join(dirname(input.outPath), '.rendition-'))
  let isDone = false
  try {
    const prepared = await prepareRendition(deps, { ...input, probe, preset })
    const first = await attempt(deps, { ...input, probe, preset, prepared, workDir, isBetter: false })
    const isEnough = first.quality.score >= first.quality.threshold
    const last = isEnough
      ? first
      : await attempt(deps, { ...input, probe, preset, prepared, workDir, isBetter: true })
    assertQuality(last.quality)
    const report = await reportOn(deps, { ...input, probe, preset, prepared, made: last.made })
    isDone = true
    input.onProgress?.(100)
    return {
      ...report,
      quality: last.quality,
      attempts: isEnough ? 1 : 2,
      cpuMs: prepared.cpuMs + first.cpuMs + (isEnough ? 0 : last.cpuMs),
      notes: [...probe.notes, ...prepared.notes],
    }
  } finally {
    await rm(workDir, { recursive: true, force: true })
    if (!isDone) await rm(input.outPath, { force: true })
  }
}

type Resolved = Omit<TranscodeMedia, 'preset'> & { preset: Preset; prepared: Prepared }

type Attempt = Resolved & {
  probe: Probe
  workDir: string
  isBetter: boolean
}

/** Encodes, reads back and compares. */
async function attempt(
  deps: MediaDeps,
  input: Attempt,
): Promise<{ made: Probe; quality: Quality; cpuMs: number }> {
  const { prepared, preset, probe, signal, onProgress } = input
  const picture = prepared.picture(input.isBetter)
  const plan = renditionPlan({
    probe,
    path: input.path,
    outPath: input.outPath,
    picture,
    sound: prepared.sound,
    muxer: preset.extension,
  })
  const encoded = await deps.engine.run(plan, {
    signal,
    onProgress: ({ percent }) => onProgress?.((percent ?? 0) * 0.85),
  })
  const made = await checkRendition(deps, { path: input.outPath, source: probe, preset, prepared, signal })
  if (picture === 'copy') {
    const quality: Quality = { metric: 'identical', score: 1, threshold: 1, comparedMs: probe.durationMs }
    return { made, quality, cpuMs: encoded.cpuMs }
  }
  const metric = await chooseMetric(deps)
  const { quality, cpuMs } = await measureQuality(deps, {
    sourcePath: input.path,
    renditionPath: input.outPath,
    durationMs: Math.min(probe.durationMs, made.durationMs),
    frameMs: 1000 / framesPerSecond(prepared.choice.frameRate),
    sourceFilters: pictureFilters(probe, prepared.choice, prepared.pixelFormat),
    pixelFormat: prepared.pixelFormat,
    metric,
    threshold: input.minScore ?? defaultMinScores[preset.kind][metric],
    workDir: input.workDir,
    signal,
    onProgress: (percent) => onProgress?.(85 + percent * 0.14),
  })
  return { made, quality, cpuMs: encoded.cpuMs + cpuMs }
}

function assertQuality(quality: Quality): void {
  if (quality.score >= quality.threshold) return
  const { metric, score, threshold } = quality
  throw renditionErrors.lowQuality(
    `The rendition has ${metric.toUpperCase()} ${score}, below ${threshold}, also at a higher quality.`,
    { detail: { metric, score, threshold } },
  )
}

async function reportOn(
  deps: MediaDeps,
  input: Resolved & { made: Probe },
): Promise<Omit<RenditionReport, 'quality' | 'attempts' | 'cpuMs' | 'notes'>> {
  const { made, prepared, signal } = input
  const video = made.video[0]!
  const { loudness } = prepared
  const after = loudness
    ? (await measureLoudness(deps, { path: input.outPath, probe: made, signal })).loudness
    : undefined
  return {
    preset: input.preset.name,
    codec: video.codec,
    audioCodec: made.audio[0]?.codec ?? null,
    width: video.width,
    height: video.height,
    frameRate: video.frameRate,
    frames: video.frames,
    durationMs: made.durationMs,
    sizeBytes: made.sizeBytes,
    bitRate: Math.round((made.sizeBytes * 8000) / Math.max(1, made.durationMs)),
    video: prepared.picture(false) === 'copy' ? 'copied' : 'encoded',
    audio: prepared.sound === 'none' ? 'none' : prepared.sound === 'copy' ? 'copied' : 'encoded',
    loudness: loudness && after ? { before: loudness.before, after, targetLufs: loudness.targetLufs } : null,
  }
}
