import type { FrameRate } from '../../../kernel/time.ts'

/**
 * The rate that editors know for a measured one: a whole number, or a whole number × 1000/1001.
 * A rate that is neither stays as it is.
 */
export function toEditRate(rate: FrameRate): FrameRate {
  const fps = rate.num / rate.den
  const whole = Math.round(fps)
  if (whole < 1) return rate
  // 2997/100 and 30000/1001 are one rate to every editor; containers write either.
  if (Math.abs(fps - (whole * 1000) / 1001) < 0.001) return { num: whole * 1000, den: 1001 }
  return Math.abs(fps - whole) < 0.001 ? { num: whole, den: 1 } : rate
}

/** How timecode counts a rate: numbers per second, and whether they run at 1000/1001 of real time. */
export type TimecodeBase = { nominal: number; isNtsc: boolean }

/** Undefined for rates that have no timecode, such as 12.5. */
export function timecodeBase(rate: FrameRate): TimecodeBase | undefined {
  if (rate.den === 1) return { nominal: rate.num, isNtsc: false }
  if (rate.den === 1001 && rate.num % 1000 === 0) return { nominal: rate.num / 1000, isNtsc: true }
  return undefined
}

/** Drop-frame timecode exists only at 29.97 and 59.94 fps. */
export function hasDropFrame(rate: FrameRate): boolean {
  const base = timecodeBase(rate)
  return base !== undefined && base.isNtsc && (base.nominal === 30 || base.nominal === 60)
}

/** Frames in so many hours of timecode. */
export function framesInHours(hours: number, base: TimecodeBase, dropFrame: boolean): number {
  const dropped = dropFrame ? (base.nominal / 15) * 54 : 0
  return hours * (base.nominal * 3600 - dropped)
}

/** `29.97`, `25`, `23.976`. */
export function rateLabel(rate: FrameRate): string {
  return String(Number((rate.num / rate.den).toFixed(rate.num / rate.den < 24 ? 3 : 2)))
}
