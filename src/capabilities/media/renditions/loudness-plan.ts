import type { MediaPlan } from '../../../platform/ffmpeg/plan.ts'
import { loudnessKeys } from '../analysis-plan.ts'
import type { Probe } from '../probe.ts'

/** EBU R 128 over a whole recording. */
export type MeasuredLoudness = { integratedLufs: number; truePeakDb: number }

/** How sound is brought to a loudness: one gain for all of it, and a limiter where peaks would go over. */
export type LoudnessGain = { gainDb: number; limited: boolean }

/** True peaks stay below this, so that no decoder and no platform clips them. */
export const ceilingDb = -1
/** Encoding to AAC adds a little to peaks; the limiter leaves room for that. */
const limiterDb = -1.7
/** Below this there is nothing but noise, which must not be made loud. */
const silentLufs = -60
const largestGainDb = 30
/** Within this distance of the target sound is left as it is. */
const toleranceLu = 0.7

/** Sound as every rendition for a destination has it: even in time, 48 kHz, at most two channels. */
export const stereoFilters =
  'aresample=48000:async=1000,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo'

export function isSilent({ integratedLufs }: MeasuredLoudness): boolean {
  return !(integratedLufs > silentLufs)
}

/** Whether sound is at the target already and its peaks are in order. */
export function isAtTarget(measured: MeasuredLoudness, targetLufs: number): boolean {
  if (isSilent(measured)) return true
  return (
    Math.abs(measured.integratedLufs - targetLufs) <= toleranceLu && measured.truePeakDb <= ceilingDb + 0.1
  )
}

/** The gain from what was measured to the target. */
export function chooseGain(measured: MeasuredLoudness, targetLufs: number): LoudnessGain {
  if (isSilent(measured)) return { gainDb: 0, limited: false }
  const gainDb = Math.min(largestGainDb, targetLufs - measured.integratedLufs)
  return { gainDb: rounded(gainDb), limited: measured.truePeakDb + gainDb > ceilingDb - 0.3 }
}

/** After a dry run: adds what the limiter took away, up to 6 dB, beyond which speech would pump. */
export function correctGain(gain: LoudnessGain, result: MeasuredLoudness, targetLufs: number): LoudnessGain {
  const missing = targetLufs - result.integratedLufs
  return { ...gain, gainDb: rounded(gain.gainDb + Math.max(-6, Math.min(6, missing))) }
}

/**
 * The filters of a gain. The limiter works at four times the rate, where it sees the peaks between samples, which is
 * what a true peak is.
 */
export function gainFilters({ gainDb, limited }: LoudnessGain): string[] {
  if (gainDb === 0 && !limited) return []
  const limit = (10 ** (limiterDb / 20)).toFixed(4)
  return [
    `volume=${gainDb}dB:precision=float`,
    ...(limited
      ? [
          'aresample=192000',
          `alimiter=level=false:limit=${limit}:attack=5:release=60:latency=true`,
          'aresample=48000',
        ]
      : []),
  ]
}

/** Measures the sound of a file, behind filters that it may later get. Nothing else is decoded. */
export function loudnessPlan(
  probe: Pick<Probe, 'durationMs'>,
  path: string,
  gain: LoudnessGain = { gainDb: 0, limited: false },
): MediaPlan {
  const filters = [stereoFilters, ...gainFilters(gain), 'ebur128=peak=true:metadata=1']
  return {
    inputs: [{ path }],
    graphs: [
      {
        media: 'audio',
        sources: [{ label: 'sound', input: 0, stream: 'a:0' }],
        filters: `[sound]${filters.join(',')}[loudness]`,
        sinks: ['loudness'],
      },
    ],
    durationMs: probe.durationMs,
    outputs: [
      {
        kind: 'metadata',
        media: 'audio',
        from: 'loudness',
        keys: [loudnessKeys.integrated, loudnessKeys.truePeak(0), loudnessKeys.truePeak(1)],
        everyMs: 1_000,
      },
    ],
  }
}

function rounded(db: number): number {
  return Number(db.toFixed(2))
}
