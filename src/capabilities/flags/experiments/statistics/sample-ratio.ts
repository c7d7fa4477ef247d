import { chiSquareTail } from './distributions.ts'

export type SampleRatio = {
  /** Below `alarmBelow` the split is not what was asked for, and no result can be trusted. */
  pValue: number
  isMismatch: boolean
  /** By how much each variant is off, as a share of what was expected. */
  deviations: number[]
}

/** Strict on purpose: the check is made at every look (Fabijan et al., KDD 2019, take 0.0005 to 0.001). */
export const alarmBelow = 0.0005

/**
 * Whether units fell into the variants as the weights say: Pearson's chi-square test of fit (Fabijan et al., "Diagnosing
 * Sample Ratio Mismatch in Online Controlled Experiments", KDD 2019). A mismatch means that units got lost or were
 * counted twice on one side, and that the sides are not comparable.
 */
export function checkSampleRatio(counts: readonly number[], weights: readonly number[]): SampleRatio {
  if (counts.length !== weights.length || counts.length < 2) {
    throw new RangeError('A sample ratio needs a count and a weight for each of two variants or more')
  }
  const total = counts.reduce((sum, count) => sum + count, 0)
  const weight = weights.reduce((sum, each) => sum + each, 0)
  const expected = weights.map((each) => (total * each) / weight)
  // A variant that nobody should get and nobody got says nothing; one that somebody got is a mismatch.
  const used = expected.map((each, index) => ({ expected: each, count: counts[index]! }))
  if (used.some((each) => each.expected === 0 && each.count > 0)) {
    return { pValue: 0, isMismatch: true, deviations: counts.map(() => Infinity) }
  }
  const counted = used.filter((each) => each.expected > 0)
  const deviations = used.map((each) => (each.expected === 0 ? 0 : each.count / each.expected - 1))
  // The chi-square approximation wants five in each cell (Cochran 1954); before that nothing can be said.
  if (counted.length < 2 || counted.some((each) => each.expected < 5)) {
    return { pValue: 1, isMismatch: false, deviations }
  }
  const statistic = counted.reduce((sum, each) => sum + (each.count - each.expected) ** 2 / each.expected, 0)
  const pValue = chiSquareTail(statistic, counted.length - 1)
  return { pValue, isMismatch: pValue < alarmBelow, deviations }
}
