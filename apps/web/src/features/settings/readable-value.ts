import { formatBytes, formatLength } from '../../ui/format.ts'
import { settingsMessages } from './messages.ts'

const m = settingsMessages.workspace

/** A setting's value as a person would say it: `15_000` ms → `15 s`, `true` → `On`. */
export function readableValue(value: unknown, unit: string | null): string {
  if (typeof value === 'number') return readableNumber(value, unit ?? '')
  if (typeof value === 'boolean') return value ? m.on : m.off
  if (value === null || value === undefined || value === '') return m.empty
  if (Array.isArray(value)) return value.length === 0 ? m.empty : value.map(String).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function readableNumber(value: number, unit: string): string {
  if (unit === 'bytes') return formatBytes(value)
  if (unit === 'ms' && value >= 1000) return formatLength(value)
  if (unit === 's' && value >= 60) return formatLength(value * 1000)
  return unit === '%' ? `${value.toLocaleString()} %` : `${value.toLocaleString()} ${unit}`.trim()
}
