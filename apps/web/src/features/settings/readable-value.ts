import { formatBytes, formatLength } from '../../ui/format.ts'

/** A setting's number as a person would say it: `15_000` ms → `15 s`. */
export function readableValue(value: number, unit: string): string {
  if (unit === 'bytes') return formatBytes(value)
  if (unit === 'ms' && value >= 1000) return formatLength(value)
  return `${value.toLocaleString()} ${unit}`
}
