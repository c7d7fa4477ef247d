/** What a sequential test says at one look. */
export type SequentialLook = {
  /** Likelihood of the data if there is some effect, against none. At 1/alpha or more the effect counts as real. */
  likelihoodRatio: number
  /** Valid however often and whenever one looks; take the smallest of all looks. */
  pValue: number
  interval: { low: number; high: number; level: number }
}

/**
 * The mixture sequential probability ratio test: an always-valid p-value and confidence interval for a difference, from
 * its estimate and standard error (Robbins 1970; Johari, Koomen, Pekelis & Walsh, "Always Valid Inference", Operations
 * Research 70(3), 2022). The effect is mixed over N(0, τ²), and the estimate taken as normal around the true one:
 *
 *   Λ = √(s² / (s² + τ²)) · exp(τ² d² / (2 s² (s² + τ²)))
 *
 * By Ville's inequality P(Λ ever reaches 1/α | no effect) ≤ α, so that peeking every day, every minute or never gives
 * the same promise. The interval is all the effects that the same test would not refuse (Waudby-Smith et al. 2021, eq.
 * 9, in other letters). `mixingSd` τ is the size of effect that matters, in the metric's unit: the test is quickest
 * there, and valid for any. The normal approximation needs some data first: see `assessSample` for how much.
 */
export function lookSequentially(
  estimate: { difference: number; standardError: number },
  options: { mixingSd: number; level?: number },
): SequentialLook {
  const level = options.level ?? 0.95
  const { mixingSd } = options
  if (!(mixingSd > 0)) throw new RangeError('mixingSd must be above zero')
  const { difference, standardError } = estimate
  if (!(standardError > 0)) {
    return { likelihoodRatio: 1, pValue: 1, interval: { low: -Infinity, high: Infinity, level } }
  }
  const [s2, tau2] = [standardError ** 2, mixingSd ** 2]
  const exponent = (tau2 * difference ** 2) / (2 * s2 * (s2 + tau2))
  const logRatio = 0.5 * Math.log(s2 / (s2 + tau2)) + exponent
  const radius = Math.sqrt(
    ((2 * s2 * (s2 + tau2)) / tau2) * (Math.log(1 / (1 - level)) + 0.5 * Math.log((s2 + tau2) / s2)),
  )
  return {
    likelihoodRatio: Math.exp(Math.min(700, logRatio)),
    pValue: Math.min(1, Math.exp(-logRatio)),
    interval: { low: difference - radius, high: difference + radius, level },
  }
}
