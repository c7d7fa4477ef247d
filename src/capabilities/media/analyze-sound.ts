import type { MediaProgress } from '../../platform/ffmpeg/child.ts'
import type { LevelsResult, MediaPlan, MetadataResult } from '../../platform/ffmpeg/plan.ts'
import { type AnalysisOptions, defaultAnalysisOptions, type KeepRange, type Loudness } from './analysis.ts'
import { loudnessKeys } from './analysis-plan.ts'
import { mediaErrors } from './errors.ts'
import { findSpeech } from './keep-list.ts'
import { type MediaDeps, probeMedia } from './probe-media.ts'
import { readLoudness } from './read-loudness.ts'
import type { MsRange } from '../../kernel/ranges.ts'
import type { FrameRate } from '../../kernel/time.ts'

export type AnalyzeSound = {
  path: string
  options?: Partial<AnalysisOptions>
  /** `silence` asks for less and is about twice as fast. */
  question: 'sound' | 'silence'
  signal?: AbortSignal
  onProgress?: (progress: MediaProgress) => void
}

export type SoundAnalysis = {
  durationMs: number
  /** Of the picture; 30 for sound alone, as auto-editor counts it. */
  frameRate: FrameRate
  frames: number
  options: AnalysisOptions
  keep: KeepRange[]
  silences: MsRange[]
  /** Null when only silence was asked for. */
  loudness: Loudness | null
}

/**
 * Answers only what the sound can: where it is silent and, with the question `sound`, how loud it is. Decodes no
 * picture, writes no file, takes sound files too. Fails with `media.noAudio`.
 */
export async function analyzeSound(deps: MediaDeps, input: AnalyzeSound): Promise<SoundAnalysis> {
  const probe = await probeMedia(deps, input)
  const sound = probe.audio[0]
  if (!sound) throw mediaErrors.noAudio('The file has no sound.')
  const frameRate = probe.video[0]?.frameRate ?? { num: 30, den: 1 }
  const frames =
    probe.video[0]?.frames ?? Math.ceil((probe.durationMs * frameRate.num) / (frameRate.den * 1000))
  const isLoudness = input.question === 'sound'
  const plan: MediaPlan = {
    inputs: [{ path: input.path }],
    graphs: [
      {
        media: 'audio',
        sources: [{ label: 'sound', input: 0, stream: 'a:0' }],
        filters: isLoudness
          ? '[sound]asplit=2[s1][s2];[s1]ebur128=peak=true:metadata=1[loudness];[s2]aformat=sample_fmts=flt[levels]'
          : '[sound]aformat=sample_fmts=flt[levels]',
        sinks: isLoudness ? ['loudness', 'levels'] : ['levels'],
      },
    ],
    outputs: [
      {
        kind: 'levels',
        from: 'levels',
        sampleRate: sound.sampleRate,
        channels: sound.channels,
        windows: [frameRate],
      },
      ...(isLoudness
        ? [
            {
              kind: 'metadata' as const,
              media: 'audio' as const,
              from: 'loudness',
              keys: [
                loudnessKeys.integrated,
                loudnessKeys.range,
                ...Array.from({ length: sound.channels }, (_, channel) => loudnessKeys.truePeak(channel)),
              ],
              everyMs: 1_000,
            },
          ]
        : []),
    ],
    durationMs: probe.durationMs,
  }
  const { outputs } = await deps.engine.run(plan, input)
  const options = { ...defaultAnalysisOptions, ...input.options }
  const levels = outputs[0] as LevelsResult
  const loudness = isLoudness ? readLoudness(outputs[1] as MetadataResult) : null
  const { durationMs } = probe
  return {
    durationMs,
    frameRate,
    frames,
    options,
    ...findSpeech(levels.series[0]!, { frames, frameRate, options }),
    loudness,
  }
}
