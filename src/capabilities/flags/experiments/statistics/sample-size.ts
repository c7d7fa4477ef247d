import { normalCdf, normalQuantile } from './distributions.ts'

export type Demands = {
  /** Chance of a false alarm, two-sided. Default 0.05. */
  alpha?: number
  /** Chance of seeing an effect that is there. Default 0.8. */
  power?: number
}

/**
 * Units that each variant needs to see the difference between two rates, for the two-proportion z test (Fleiss, Levin
 * & Paik 2003, eq. 4.14 without continuity correction; R's `power.prop.test`). Not rounded.
 */
export function unitsForProportions(baseline: number, target: number, demands: Demands = {}): number {
  for (const rate of [baseline, target]) {
    if (!(rate > 0 && rate < 1)) throw new RangeError(`A rate lies between 0 and 1, not ${rate}`)
  }
  if (baseline === target) throw new RangeError('There is no difference to find')
  const { zAlpha, zPower } = quantiles(demands)
  const middle = (baseline + target) / 2
  const pooled = zAlpha * Math.sqrt(2 * middle * (1 - middle))
  const apart = zPower * Math.sqrt(baseline * (1 - baseline) + target * (1 - target))
  return ((pooled + apart) / (target - baseline)) ** 2
}

/** Units that each variant needs to see a difference of means, with the normal approximation. Not rounded. */
export function unitsForMeans(sd: number, difference: number, demands: Demands = {}): number {
  if (!(sd > 0) || difference === 0) throw new RangeError('Means need a spread and a difference')
  const { zAlpha, zPower } = quantiles(demands)
  return 2 * (((zAlpha + zPower) * sd) / difference) ** 2
}

/** Chance that the two-proportion test sees a difference with so many units in each variant. */
export function powerForProportions(baseline: number, target: number, units: number, alpha = 0.05): number {
  const zAlpha = normalQuantile(1 - alpha / 2)
  const middle = (baseline + target) / 2
  const pooled = Math.sqrt((2 * middle * (1 - middle)) / units)
  const apart = Math.sqrt((baseline * (1 - baseline) + target * (1 - target)) / units)
  const difference = Math.abs(target - baseline)
  return (
    normalCdf((difference - zAlpha * pooled) / apart) + normalCdf((-difference - zAlpha * pooled) / apart)
  )
}

function quantiles({ alpha = 0.05, power = 0.8 }: Demands): { zAlpha: number; zPower: number } {
  return { zAlpha: normalQuantile(1 - alpha / 2), zPower: normalQuantile(power) }
}

/** What stands between an experiment and a verdict. */
export type SampleState = { isEnough: boolean; missingUnits: number; missingDays: number }

/**
 * Whether there is enough to judge: units in the smallest variant, and time, since a day of the week is not like
 * another (Kohavi, Tang & Xu 2020, chapter 2: whole weeks).
 */
export function assessSample(
  found: { unitsOfSmallest: number; days: number },
  wanted: { minUnits: number; minDays: number },
): SampleState {
  const missingUnits = Math.max(0, Math.ceil(wanted.minUnits - found.unitsOfSmallest))
  const missingDays = Math.max(0, wanted.minDays - found.days)
  return { isEnough: missingUnits === 0 && missingDays === 0, missingUnits, missingDays }
}
