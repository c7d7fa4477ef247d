import type { Proportion } from './compare-proportions.ts'
import { betaCdf, bisect, logBetaKernel, normalCdf, normalQuantile } from './distributions.ts'

/** What to believe about the difference treatment − control after the data. */
export type Belief = {
  /** P(treatment > control). */
  chanceTreatmentIsHigher: number
  /** What is lost on average by taking the treatment when the control is higher, in the metric's unit; and the reverse. */
  expectedLossOfTreatment: number
  expectedLossOfControl: number
  /** The middle 95 % of the difference. */
  interval: { low: number; high: number; level: number }
}

const gridPoints = 512

/**
 * Rates with a beta prior each; default Beta(1, 1), which knows nothing. P(B > A) = ∫ F_A f_B and the expected losses
 * E[(A−B)⁺] = ∫ F_B (1 − F_A) are integrated by Simpson's rule over ten standard deviations around both posteriors.
 */
export function believeProportions(
  control: Proportion,
  treatment: Proportion,
  options: { prior?: { alpha: number; beta: number }; level?: number } = {},
): Belief {
  const { alpha, beta } = options.prior ?? { alpha: 1, beta: 1 }
  const level = options.level ?? 0.95
  const posterior = ({ successes, units }: Proportion) => ({
    a: alpha + successes,
    b: beta + units - successes,
  })
  const [c, t] = [posterior(control), posterior(treatment)]
  const grid = gridAround(c, t)
  const cdfs = grid.points.map((x) => ({
    x,
    control: betaCdf(x, c.a, c.b),
    treatment: betaCdf(x, t.a, t.b),
  }))
  const sum = (value: (at: (typeof cdfs)[number]) => number) =>
    cdfs.reduce((total, at, index) => total + grid.weights[index]! * value(at), 0)
  const density = (x: number) => (x <= 0 || x >= 1 ? 0 : Math.exp(logBetaKernel(x, c.a, c.b)))
  // P(T − C ≤ d) = ∫ f_C(x) F_T(x + d) dx
  const densities = grid.points.map(density)
  const differenceCdf = (d: number) =>
    grid.points.reduce(
      (total, x, index) => total + grid.weights[index]! * densities[index]! * betaCdf(x + d, t.a, t.b),
      0,
    )
  const quantile = (p: number) => coarseBisect(differenceCdf, p)
  return {
    chanceTreatmentIsHigher: clamp(1 - differenceCdf(0)),
    expectedLossOfTreatment: sum((at) => at.treatment * (1 - at.control)),
    expectedLossOfControl: sum((at) => at.control * (1 - at.treatment)),
    interval: { low: quantile((1 - level) / 2), high: quantile(1 - (1 - level) / 2), level },
  }
}

/** The middle `level` of Beta(alpha + successes, beta + failures). */
export function credibleInterval(
  { successes, units }: Proportion,
  options: { prior?: { alpha: number; beta: number }; level?: number } = {},
): { low: number; high: number } {
  const { alpha, beta } = options.prior ?? { alpha: 1, beta: 1 }
  const level = options.level ?? 0.95
  const cdf = (x: number) => betaCdf(x, alpha + successes, beta + units - successes)
  return { low: bisect(cdf, (1 - level) / 2, 0, 1), high: bisect(cdf, 1 - (1 - level) / 2, 0, 1) }
}

/**
 * A difference of means with a normal prior N(0, priorSd²), by default so wide that it says nothing: conjugate, so all
 * is closed form (Gelman et al., Bayesian Data Analysis, section 2.5).
 */
export function believeMeans(
  estimate: { difference: number; standardError: number },
  options: { priorSd?: number; level?: number } = {},
): Belief {
  const level = options.level ?? 0.95
  const { difference, standardError } = estimate
  const precisionOfPrior = options.priorSd === undefined ? 0 : 1 / options.priorSd ** 2
  const variance = 1 / (precisionOfPrior + 1 / standardError ** 2)
  const mean = (variance * difference) / standardError ** 2
  const sd = Math.sqrt(variance)
  const z = mean / sd
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  const radius = normalQuantile(1 - (1 - level) / 2) * sd
  return {
    chanceTreatmentIsHigher: normalCdf(z),
    expectedLossOfTreatment: sd * density - mean * normalCdf(-z),
    expectedLossOfControl: sd * density + mean * normalCdf(z),
    interval: { low: mean - radius, high: mean + radius, level },
  }
}

type Beta = { a: number; b: number }

function gridAround(...posteriors: Beta[]): { points: number[]; weights: number[] } {
  const reach = posteriors.map(({ a, b }) => {
    const mean = a / (a + b)
    const sd = Math.sqrt((a * b) / ((a + b) ** 2 * (a + b + 1)))
    return { low: Math.max(0, mean - 10 * sd), high: Math.min(1, mean + 10 * sd) }
  })
  const low = Math.min(...reach.map((each) => each.low))
  const high = Math.max(...reach.map((each) => each.high))
  const step = (high - low) / gridPoints
  const points = Array.from({ length: gridPoints + 1 }, (_, index) => low + index * step)
  const weights = points.map((_, index) => {
    const isEnd = index === 0 || index === gridPoints
    return (step / 3) * (isEnd ? 1 : index % 2 === 1 ? 4 : 2)
  })
  return { points, weights }
}

/** To a millionth: a credible interval is read by people. */
function coarseBisect(rising: (x: number) => number, target: number): number {
  let [low, high] = [-1, 1]
  while (high - low > 1e-6) {
    const middle = (low + high) / 2
    if (rising(middle) < target) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function clamp(p: number): number {
  return Math.min(1, Math.max(0, p))
}
