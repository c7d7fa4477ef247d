import type { FrameRate } from '../../../kernel/time.ts'

/** The rates that editing systems and broadcasters know. */
export const standardRates: readonly FrameRate[] = [
  { num: 24_000, den: 1_001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1_001 },
  { num: 30, den: 1 },
  { num: 50, den: 1 },
  { num: 60_000, den: 1_001 },
  { num: 60, den: 1 },
]

export function framesPerSecond({ num, den }: FrameRate): number {
  return num / den
}

/** The standard rate with the least relative distance. */
export function nearestStandardRate(
  rate: FrameRate,
  allowed: readonly FrameRate[] = standardRates,
): FrameRate {
  const wanted = framesPerSecond(rate)
  const distance = (one: FrameRate) => Math.abs(Math.log(framesPerSecond(one) / wanted))
  return [...allowed].sort((a, b) => distance(a) - distance(b))[0]!
}

/** Whether two rates are the same up to rounding in containers that count in milliseconds. */
export function isSameRate(a: FrameRate, b: FrameRate): boolean {
  return Math.abs(framesPerSecond(a) / framesPerSecond(b) - 1) < 0.000_5
}
