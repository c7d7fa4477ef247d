/** A value of a metric as people say it: a rate in percent, a mean with three digits. */
export function valueText(kind: 'rate' | 'mean', value: number): string {
  return kind === 'rate' ? `${(value * 100).toFixed(1)} %` : String(Number(value.toPrecision(3)))
}

/** A difference with its sign: of rates in points. Nothing known is a dash. */
export function differenceText(kind: 'rate' | 'mean', value: number | null): string {
  if (value === null) return '–'
  const size = Math.abs(value)
  const text = kind === 'rate' ? `${(size * 100).toFixed(1)} pts` : String(Number(size.toPrecision(3)))
  return `${value < 0 ? '−' : '+'}${text}`
}

/** `= 0.043` or `< 0.001`, to stand after a p. */
export function pText(p: number): string {
  return p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`
}
