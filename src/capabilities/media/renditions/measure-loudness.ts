import type { MetadataResult } from '../../../platform/ffmpeg/plan.ts'
import { loudnessKeys } from '../analysis-plan.ts'
import type { Probe } from '../probe.ts'
import type { MediaDeps } from '../probe-media.ts'
import {
  type LoudnessGain,
  type MeasuredLoudness,
  chooseGain,
  correctGain,
  isAtTarget,
  isSilent,
  loudnessPlan,
} from './loudness-plan.ts'

type Measured = { loudness: MeasuredLoudness; cpuMs: number }
type Wish = { path: string; probe: Pick<Probe, 'durationMs'>; signal?: AbortSignal }

/** Measures loudness and true peak of a file's sound, behind a gain if one is given. Decodes the sound only. */
export async function measureLoudness(
  deps: MediaDeps,
  input: Wish & { gain?: LoudnessGain },
): Promise<Measured> {
  const { signal } = input
  const { outputs, cpuMs } = await deps.engine.run(loudnessPlan(input.probe, input.path, input.gain), {
    signal,
  })
  const { values } = outputs[0] as MetadataResult
  const integrated = (values[loudnessKeys.integrated] ?? []).filter(Number.isFinite)
  const peaks = [0, 1].flatMap((channel) =>
    (values[loudnessKeys.truePeak(channel)] ?? []).filter(Number.isFinite),
  )
  const peak = peaks.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  return {
    loudness: {
      integratedLufs: rounded(integrated.at(-1) ?? -70),
      // The filter tells peaks as fractions of full scale. Digital silence has none: JSON has no infinity.
      truePeakDb: rounded(peak > 0 ? Math.max(-99, 20 * Math.log10(peak)) : -99),
    },
    cpuMs,
  }
}

export type LoudnessDecision = { before: MeasuredLoudness; gain: LoudnessGain | undefined; cpuMs: number }

/**
 * Measures, and decides the gain to the target; undefined when the sound is there already or is silence. Where a
 * limiter is needed, its effect is measured too, so that the loudness is right behind it.
 */
export async function decideLoudness(
  deps: MediaDeps,
  input: Wish & { targetLufs: number },
): Promise<LoudnessDecision> {
  const { targetLufs } = input
  const first = await measureLoudness(deps, input)
  const before = first.loudness
  if (isAtTarget(before, targetLufs) || isSilent(before)) {
    return { before, gain: undefined, cpuMs: first.cpuMs }
  }
  let gain = chooseGain(before, targetLufs)
  let { cpuMs } = first
  for (let round = 0; gain.limited && round < 2; round++) {
    const behind = await measureLoudness(deps, { ...input, gain })
    cpuMs += behind.cpuMs
    if (Math.abs(behind.loudness.integratedLufs - targetLufs) < 0.3) break
    gain = correctGain(gain, behind.loudness, targetLufs)
  }
  return { before, gain, cpuMs }
}

function rounded(value: number): number {
  return Number(value.toFixed(1))
}
