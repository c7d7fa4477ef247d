import type { Rung } from '../ladder.ts'
import type { Probe } from '../probe.ts'

/** x264's presets that a ladder is made with, best first. */
export const encoderSpeeds = ['veryfast', 'superfast', 'ultrafast'] as const
export type EncoderSpeed = (typeof encoderSpeeds)[number]

/**
 * Processor milliseconds for a million pixels, decoded and encoded, as measured on a 2-core server with grainy
 * 1080p30. They only choose between presets, so being wrong by half does little harm.
 */
const decodeMs = 2.6
const encodeMs: Record<EncoderSpeed, number> = { veryfast: 7.4, superfast: 5.5, ultrafast: 3.6 }

/** Share of the recording's own length that a package may take where the caller names no time. */
const defaultShare = 0.4
const leastMs = 30_000

export type SpeedWish = {
  rungs: readonly Rung[]
  /** Processors that the work may count on. */
  cores: number
  /** Time that is left for it. Default: 0.4 of the recording's length, at least 30 s. */
  withinMs?: number
}

/**
 * The best preset with which the qualities are done in time; the fastest when none is. Above 1080p at most
 * `superfast`, since four times the pixels hide what it loses.
 */
export function chooseSpeed(
  probe: Pick<Probe, 'width' | 'height' | 'durationMs' | 'video'>,
  { rungs, cores, withinMs }: SpeedWish,
): EncoderSpeed {
  const budgetMs = withinMs ?? Math.max(leastMs, probe.durationMs * defaultShare)
  const inTime = encoderSpeeds.find((speed) => estimateMs(probe, rungs, speed) / cores <= budgetMs)
  return inTime ?? 'ultrafast'
}

/** Processor time for one decode and all encodes. */
export function estimateMs(
  probe: Pick<Probe, 'width' | 'height' | 'durationMs' | 'video'>,
  rungs: ReadonlyArray<Pick<Rung, 'width' | 'height'>>,
  speed: EncoderSpeed,
): number {
  const { num, den } = probe.video[0]?.frameRate ?? { num: 30, den: 1 }
  const frames = (probe.durationMs / 1000) * (num / den)
  const millions = ({ width, height }: { width: number; height: number }) => (width * height * frames) / 1e6
  const encoded = rungs.reduce((sum, rung) => sum + millions(rung), 0)
  return millions(probe) * decodeMs + encoded * encodeMs[speed]
}
