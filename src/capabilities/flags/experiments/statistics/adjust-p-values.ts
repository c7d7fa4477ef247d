/**
 * Holm's step-down correction (Holm 1979): adjusted p-values in the order given. Refusing all at most alpha keeps the
 * chance of any false alarm among them at alpha, whatever their dependence.
 */
export function adjustHolm(pValues: readonly number[]): number[] {
  const order = ranked(pValues)
  const adjusted = Array.from({ length: pValues.length }, () => 1)
  let largest = 0
  order.forEach((at, rank) => {
    largest = Math.max(largest, Math.min(1, pValues[at]! * (pValues.length - rank)))
    adjusted[at] = largest
  })
  return adjusted
}

/**
 * Benjamini & Hochberg's correction (1995): adjusted p-values in the order given. Keeps the expected share of false
 * alarms among all alarms at alpha; for many metrics that are looked through for ideas.
 */
export function adjustBenjaminiHochberg(pValues: readonly number[]): number[] {
  const order = ranked(pValues)
  const adjusted = Array.from({ length: pValues.length }, () => 1)
  let smallest = 1
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const at = order[rank]!
    smallest = Math.min(smallest, (pValues[at]! * pValues.length) / (rank + 1))
    adjusted[at] = smallest
  }
  return adjusted
}

function ranked(pValues: readonly number[]): number[] {
  for (const p of pValues) if (!(p >= 0 && p <= 1)) throw new RangeError(`${p} is not a p-value`)
  return pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!)
}
