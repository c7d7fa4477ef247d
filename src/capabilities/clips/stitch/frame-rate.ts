import type { TimeBase } from '../cutter/cut-plan.ts'

/** Frames a second as a fraction. */
export type Rate = { num: number; den: number }

const standardRates: Rate[] = [
  { num: 24_000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 30, den: 1 },
  { num: 48, den: 1 },
  { num: 50, den: 1 },
  { num: 60_000, den: 1001 },
  { num: 60, den: 1 },
]

/** 29.97 and 30 differ by a thousandth, and so must count as different. */
const tolerance = 0.0004

export function isSameRate(a: Rate, b: Rate): boolean {
  return Math.abs((a.num * b.den) / (a.den * b.num) - 1) < tolerance
}

/** The rate of frames at these times; where they are not even, or the clock is coarse, what the container says. */
export function measureRate(pts: readonly number[], clock: TimeBase, claimed: Rate): Rate {
  const isFine = clock.den / clock.num > 2_000
  const gaps = pts.slice(1).map((at, index) => at - pts[index]!)
  const isEven = gaps.length >= 8 && Math.max(...sample(gaps)) - Math.min(...sample(gaps)) <= 2
  const total = pts.at(-1)! - pts[0]!
  const measured = { num: clock.den * gaps.length, den: clock.num * total }
  const rate = isFine && isEven && total > 0 ? measured : claimed.num > 0 ? claimed : { num: 30, den: 1 }
  return standardRates.find((one) => isSameRate(one, rate)) ?? { num: rate.num, den: rate.den }
}

/** `Math.max` takes only so many arguments. */
function sample(values: readonly number[]): readonly number[] {
  return values.length > 10_000 ? values.slice(0, 10_000) : values
}

/** How many frames of a rate fill a length; never none. */
export function framesIn(lengthMs: number, rate: Rate): number {
  return Math.max(1, Math.round((lengthMs * rate.num) / (rate.den * 1000)))
}
