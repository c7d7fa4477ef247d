/**
 * The distributions the tests rest on, to about 1e-12. The series and continued fractions are those of Abramowitz &
 * Stegun (6.5.29, 6.5.31, 26.5.8), evaluated with Lentz's method; ln Γ is Lanczos' approximation (g = 7, n = 9).
 */

const lanczos = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_13,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6,
  1.505_632_735_149_311_6e-7,
] as const
const tiny = 1e-300
const precision = 1e-15

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x - 1
  const t = shifted + 7.5
  let sum: number = lanczos[0]
  for (let index = 1; index < lanczos.length; index++) sum += lanczos[index]! / (shifted + index)
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** The upper regularised incomplete gamma function Q(a, x). */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1
  const front = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = 1; n < 10_000; n++) {
      term *= x / (a + n)
      sum += term
      if (Math.abs(term) < Math.abs(sum) * precision) break
    }
    return 1 - front * sum
  }
  let b = x + 1 - a
  let c = 1 / tiny
  let d = 1 / b
  let fraction = d
  for (let n = 1; n < 10_000; n++) {
    const numerator = -n * (n - a)
    b += 2
    d = 1 / nonZero(numerator * d + b)
    c = nonZero(b + numerator / c)
    const step = d * c
    fraction *= step
    if (Math.abs(step - 1) < precision) break
  }
  return front * fraction
}

/** The regularised incomplete beta function I_x(a, b): the distribution function of Beta(a, b). */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The continued fraction converges fast only left of the mean; the other side by symmetry.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a)
  const front = Math.exp(logBetaKernel(x, a, b)) * x * (1 - x)
  return (front * betaFraction(x, a, b)) / a
}

/** ln of the density of Beta(a, b) at x. */
export function logBetaKernel(x: number, a: number, b: number): number {
  return (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    const step = d * c
    fraction *= step
    if (Math.abs(step - 1) < precision) break
  }
  return fraction
}

function nonZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value
}

/** P(Z ≤ z) of the standard normal distribution. */
export function normalCdf(z: number): number {
  const tail = 0.5 * upperGamma(0.5, (z * z) / 2)
  return z < 0 ? tail : 1 - tail
}

/** P(|Z| ≥ |z|), without the cancellation that 1 − cdf would have far out. */
export function normalTwoSided(z: number): number {
  return upperGamma(0.5, (z * z) / 2)
}

/** The z with P(Z ≤ z) = p, for 0 < p < 1. */
export function normalQuantile(p: number): number {
  return bisect((z) => normalCdf(z), p, -40, 40)
}

/** P(|T| ≥ |t|) of Student's distribution; the degrees of freedom need not be whole. */
export function studentTwoSided(t: number, degrees: number): number {
  return betaCdf(degrees / (degrees + t * t), degrees / 2, 0.5)
}

/** The t with P(|T| ≥ t) = alpha. */
export function studentCritical(alpha: number, degrees: number): number {
  return bisect((t) => 1 - studentTwoSided(t, degrees), 1 - alpha, 0, 1e6)
}

/** P(X² ≥ x) of the chi-square distribution. */
export function chiSquareTail(x: number, degrees: number): number {
  return upperGamma(degrees / 2, x / 2)
}

/** Where a rising function reaches a value; 200 halvings are more than doubles can tell apart. */
export function bisect(rising: (x: number) => number, target: number, low: number, high: number): number {
  let [from, to] = [low, high]
  for (let round = 0; round < 200; round++) {
    const middle = (from + to) / 2
    if (middle === from || middle === to) break
    if (rising(middle) < target) from = middle
    else to = middle
  }
  return (from + to) / 2
}
