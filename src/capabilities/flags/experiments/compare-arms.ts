import type { ExperimentMetric } from './experiment.ts'
import type { Arm } from './measure-metric.ts'
import { type Belief, believeMeans, believeProportions } from './statistics/bayes.ts'
import { compareMeans } from './statistics/compare-means.ts'
import { type Comparison, compareProportions } from './statistics/compare-proportions.ts'
import { unitsForMeans, unitsForProportions } from './statistics/sample-size.ts'
import { lookSequentially, type SequentialLook } from './statistics/sequential-test.ts'

/** A variant against the control by one metric. */
export type ArmComparison = {
  variant: string
  fixed: Comparison
  sequential: SequentialLook
  /** Units that each variant would need to see `smallestEffect` with 80 % power; null when it cannot be said yet. */
  neededUnits: number | null
}

/**
 * Compares two arms in every way the report shows. Undefined while one has fewer than two units with a value.
 * The sequential test adds one success and one failure to each arm of a rate before it takes the standard error
 * (Agresti & Caffo 2000): with a handful of units the plain one is zero as long as nobody or everybody succeeds, and
 * a sure verdict on three units would be a wrong one.
 */
export function compareArms(
  control: Arm,
  treatment: Arm,
  metric: Pick<ExperimentMetric, 'kind' | 'smallestEffect'>,
): ArmComparison | undefined {
  if (control.units < 2 || treatment.units < 2) return undefined
  const { variant } = treatment
  const options = { mixingSd: metric.smallestEffect }
  if (metric.kind === 'rate') {
    const fixed = compareProportions(control, treatment)
    const standardError = Math.sqrt(softVariance(control) + softVariance(treatment))
    return {
      variant,
      fixed,
      sequential: lookSequentially({ difference: fixed.difference, standardError }, options),
      neededUnits: neededForRate(fixed.control, metric.smallestEffect),
    }
  }
  const fixed = compareMeans(control, treatment)
  const pooled = Math.sqrt((control.variance + treatment.variance) / 2)
  return {
    variant,
    fixed,
    sequential: lookSequentially(fixed, options),
    neededUnits: pooled > 0 ? Math.ceil(unitsForMeans(pooled, metric.smallestEffect)) : null,
  }
}

/** What to believe about the same difference; apart, since it costs some milliseconds and only the report shows it. */
export function believeArms(control: Arm, treatment: Arm, { kind }: Pick<ExperimentMetric, 'kind'>): Belief {
  if (kind === 'rate') return believeProportions(control, treatment)
  const { difference, standardError } = compareMeans(control, treatment)
  if (standardError > 0) return believeMeans({ difference, standardError })
  return { ...undecided, interval: { low: difference, high: difference, level: 0.95 } }
}

const undecided = { chanceTreatmentIsHigher: 0.5, expectedLossOfControl: 0, expectedLossOfTreatment: 0 }

function softVariance({ successes, units }: Arm): number {
  const p = (successes + 1) / (units + 2)
  return (p * (1 - p)) / (units + 2)
}

function neededForRate(baseline: number, effect: number): number | null {
  if (baseline <= 0 || baseline >= 1) return null
  const target = baseline + effect < 1 ? baseline + effect : baseline - effect
  return target > 0 ? Math.ceil(unitsForProportions(baseline, target)) : null
}
