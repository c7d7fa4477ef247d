import { normalQuantile, normalTwoSided } from './distributions.ts'

/** How many units did something, of how many. */
export type Proportion = { successes: number; units: number }

/** The difference treatment − control with what is known about it. */
export type Comparison = {
  control: number
  treatment: number
  difference: number
  /** The difference in relation to the control: 0.1 = 10 % more. Null when the control is zero. */
  relativeDifference: number | null
  /** Standard error of the difference, not pooled. */
  standardError: number
  /** z for proportions, t for means. */
  statistic: number
  /** Two-sided. Valid when looked at once, at a sample that was planned; see `sequential-test.ts` for peeking. */
  pValue: number
  interval: { low: number; high: number; level: number }
  /** Cohen's h for proportions, Hedges' g for means: 0.2 small, 0.5 medium, 0.8 large. */
  effectSize: number
}

/**
 * The two-proportion z test with pooled variance, and Newcombe's hybrid score interval for the difference (Newcombe
 * 1998, Statistics in Medicine 17:873–890, method 10), which keeps its level where Wald's does not: few units, rates
 * near 0 or 1. Effect size: Cohen's h (Cohen 1988, chapter 6).
 */
export function compareProportions(
  control: Proportion,
  treatment: Proportion,
  options: { level?: number } = {},
): Comparison {
  assertProportion(control)
  assertProportion(treatment)
  const level = options.level ?? 0.95
  const [p1, p2] = [control.successes / control.units, treatment.successes / treatment.units]
  const difference = p2 - p1
  const pooled = (control.successes + treatment.successes) / (control.units + treatment.units)
  const pooledError = Math.sqrt(pooled * (1 - pooled) * (1 / control.units + 1 / treatment.units))
  // Everybody or nobody in both: there is no difference to be surprised by.
  const statistic = pooledError === 0 ? 0 : difference / pooledError
  return {
    control: p1,
    treatment: p2,
    difference,
    relativeDifference: p1 === 0 ? null : difference / p1,
    standardError: Math.sqrt((p1 * (1 - p1)) / control.units + (p2 * (1 - p2)) / treatment.units),
    statistic,
    pValue: normalTwoSided(statistic),
    interval: { ...newcombe(control, treatment, level), level },
    effectSize: 2 * Math.asin(Math.sqrt(p2)) - 2 * Math.asin(Math.sqrt(p1)),
  }
}

/** Wilson's score interval of one proportion (Wilson 1927). */
export function wilsonInterval(
  { successes, units }: Proportion,
  level = 0.95,
): { low: number; high: number } {
  const z = normalQuantile(1 - (1 - level) / 2)
  const p = successes / units
  const centre = p + (z * z) / (2 * units)
  const radius = z * Math.sqrt((p * (1 - p)) / units + (z * z) / (4 * units * units))
  const scale = 1 + (z * z) / units
  return { low: Math.max(0, (centre - radius) / scale), high: Math.min(1, (centre + radius) / scale) }
}

function newcombe(control: Proportion, treatment: Proportion, level: number): { low: number; high: number } {
  const [p1, p2] = [control.successes / control.units, treatment.successes / treatment.units]
  const [one, two] = [wilsonInterval(control, level), wilsonInterval(treatment, level)]
  const difference = p2 - p1
  return {
    low: difference - Math.hypot(p2 - two.low, one.high - p1),
    high: difference + Math.hypot(two.high - p2, p1 - one.low),
  }
}

function assertProportion({ successes, units }: Proportion): void {
  if (!Number.isInteger(units) || units < 1) throw new RangeError(`A proportion needs units, not ${units}`)
  if (!Number.isInteger(successes) || successes < 0 || successes > units) {
    throw new RangeError(`${successes} of ${units} is not a proportion`)
  }
}
