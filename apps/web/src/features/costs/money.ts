/** Millionths of a US dollar for people: `$1.50`; below a cent with what matters: `$0.0012`. */
export function formatMoney(micros: number, locale?: string): string {
  const isSmall = micros !== 0 && Math.abs(micros) < 10_000
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    ...(isSmall ? { maximumSignificantDigits: 2 } : {}),
  }).format(micros / 1_000_000)
}
