import { formatDuration } from '../../../kernel/time.ts'
import { bitRateFor } from '../ladder.ts'
import { platformLimits, uploadAudioBitRate } from '../platform-limits.ts'
import type { PictureChoice, Size } from './choose-picture.ts'
import { renditionErrors } from './errors.ts'
import type { DeliveryPreset } from './presets.ts'
import { advisedBitRate } from './why-encode.ts'

/** Share of a destination's largest size that picture and sound may plan with; the rest is the container and luck. */
const plannedShare = 0.94
/** Below this share of what streaming spends on a size, a smaller size looks better. */
const leastShare = 0.4
const shortSides = [1440, 1080, 720, 480, 360, 240]
const leastBitRate = 120_000
const defaultAudioBitRate = 192_000

/** Refuses a recording that the destination would refuse for its length: `renditions.tooLong`, `renditions.tooShort`. */
export function assertDuration(durationMs: number, preset: DeliveryPreset): void {
  const { minDurationMs = 0, maxDurationMs = Number.POSITIVE_INFINITY } = platformLimits(preset.destination)
  const detail = { durationMs, minDurationMs, maxDurationMs }
  // Half a frame more or less is rounding.
  if (durationMs > maxDurationMs + 20) {
    throw renditionErrors.tooLong(
      `${preset.title} takes at most ${formatDuration(maxDurationMs)}; this is ${formatDuration(durationMs)}.`,
      { detail },
    )
  }
  if (durationMs < minDurationMs - 20) {
    throw renditionErrors.tooShort(
      `${preset.title} takes nothing below ${formatDuration(minDurationMs)}; this is ${formatDuration(durationMs)}.`,
      { detail },
    )
  }
}

/** What the sound may spend, in bits per second. */
export function audioBitRateFor(preset: DeliveryPreset): number {
  const most = platformLimits(preset.destination).maxAudioBitRate ?? Number.POSITIVE_INFINITY
  const wanted = preset.destination.startsWith('youtube') ? uploadAudioBitRate : defaultAudioBitRate
  return Math.min(most, wanted)
}

/**
 * The most that the picture may spend so that the destination takes the file, and a smaller size where that would be
 * too little for this one. Fails with `renditions.tooLarge` when even the smallest picture would not fit.
 */
export function planBitRate(
  choice: PictureChoice,
  preset: DeliveryPreset,
  durationMs: number,
): { maxBitRate: number; choice: PictureChoice } {
  const { maxBytes, maxVideoBitRate = Number.POSITIVE_INFINITY } = platformLimits(preset.destination)
  const advised = Math.min(advisedBitRate(choice), maxVideoBitRate)
  if (maxBytes === undefined) return { maxBitRate: advised, choice }
  const total = (maxBytes * 8_000 * plannedShare) / Math.max(1, durationMs)
  const room = Math.floor(total - audioBitRateFor(preset))
  if (room < leastBitRate) {
    throw renditionErrors.tooLarge(
      `${formatDuration(durationMs)} do not fit into the ${Math.round(maxBytes / 1e6)} MB that ${preset.title} takes.`,
      { detail: { maxBytes, durationMs } },
    )
  }
  const smaller = shrinkTo(choice, room)
  return { maxBitRate: Math.min(room, Math.min(advisedBitRate(smaller), maxVideoBitRate)), choice: smaller }
}

function shrinkTo(choice: PictureChoice, room: number): PictureChoice {
  const short = Math.min(choice.size.width, choice.size.height)
  const sides = [short, ...shortSides.filter((side) => side < short)]
  const side = sides.find((one) => bitRateFor(one) * leastShare <= room) ?? sides.at(-1)!
  if (side === short) return choice
  const scale = side / short
  return { ...choice, size: scaled(choice.size, scale), inner: scaled(choice.inner, scale) }
}

function scaled(size: Size, scale: number): Size {
  const even = (value: number) => Math.max(2, Math.floor((value * scale + 0.001) / 2) * 2)
  return { width: even(size.width), height: even(size.height) }
}
