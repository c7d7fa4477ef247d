import type { Comparison } from './compare-proportions.ts'
import { studentCritical, studentTwoSided } from './distributions.ts'

/** A sample by what a test needs of it. `variance` is the unbiased one (n − 1). */
export type Sample = { units: number; mean: number; variance: number }

export type MeanComparison = Comparison & { degrees: number }

/** Sums as a database makes them, turned into a sample. */
export function sampleOf(units: number, sum: number, sumOfSquares: number): Sample {
  const mean = units === 0 ? 0 : sum / units
  // The subtraction may give a tiny negative number for values that are all the same.
  const variance = units < 2 ? 0 : Math.max(0, (sumOfSquares - units * mean * mean) / (units - 1))
  return { units, mean, variance }
}

/**
 * Welch's t test for two means whose variances need not be equal (Welch 1947, Biometrika 34:28–35), degrees of freedom
 * after Satterthwaite (1946). Effect size: Hedges' g, the difference in pooled standard deviations with the small-sample
 * correction (Hedges 1981).
 */
export function compareMeans(
  control: Sample,
  treatment: Sample,
  options: { level?: number } = {},
): MeanComparison {
  if (control.units < 2 || treatment.units < 2) throw new RangeError('Two means need two units each')
  const level = options.level ?? 0.95
  const [v1, v2] = [control.variance / control.units, treatment.variance / treatment.units]
  const difference = treatment.mean - control.mean
  const standardError = Math.sqrt(v1 + v2)
  const degrees =
    standardError === 0
      ? control.units + treatment.units - 2
      : (v1 + v2) ** 2 / (v1 ** 2 / (control.units - 1) + v2 ** 2 / (treatment.units - 1))
  const statistic = standardError === 0 ? 0 : difference / standardError
  const radius = standardError === 0 ? 0 : studentCritical(1 - level, degrees) * standardError
  return {
    control: control.mean,
    treatment: treatment.mean,
    difference,
    relativeDifference: control.mean === 0 ? null : difference / Math.abs(control.mean),
    standardError,
    statistic,
    degrees,
    pValue: standardError === 0 ? 1 : studentTwoSided(statistic, degrees),
    interval: { low: difference - radius, high: difference + radius, level },
    effectSize: hedgesG(control, treatment),
  }
}

function hedgesG(control: Sample, treatment: Sample): number {
  const degrees = control.units + treatment.units - 2
  const pooled = Math.sqrt(
    ((control.units - 1) * control.variance + (treatment.units - 1) * treatment.variance) / degrees,
  )
  if (pooled === 0) return 0
  return ((treatment.mean - control.mean) / pooled) * (1 - 3 / (4 * degrees - 1))
}
