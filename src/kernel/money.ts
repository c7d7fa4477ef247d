/** Money as integer millionths of a US dollar, so that sums are exact. */
export type Micros = number

/** `1_500_000` → `$1.50`; amounts below a cent keep what matters: `1_200` → `$0.0012`. */
export function formatMicros(micros: Micros): string {
  const dollars = micros / 1_000_000
  if (micros !== 0 && Math.abs(micros) < 10_000) return `$${dollars.toFixed(6).replace(/0+$/, '')}`
  return `$${dollars.toFixed(2)}`
}
