import type { SettingDefinition } from './definition.ts'

/**
 * A value as a person writes it in a variable or on the command line: `12.5`, `on`, `a, b`, JSON for lists and
 * objects. Undefined when the text cannot be a value of this kind; the schema decides about the rest.
 */
export function valueFromText(definition: Pick<SettingDefinition, 'kind'>, text: string): unknown {
  const trimmed = text.trim()
  switch (definition.kind) {
    case 'number':
      return trimmed === '' || !Number.isFinite(Number(trimmed)) ? undefined : Number(trimmed)
    case 'switch':
      if (['on', 'true', 'yes', '1'].includes(trimmed.toLowerCase())) return true
      return ['off', 'false', 'no', '0'].includes(trimmed.toLowerCase()) ? false : undefined
    case 'list':
      return trimmed.startsWith('[') ? fromJson(trimmed) : splitList(trimmed)
    case 'json':
      return fromJson(trimmed)
    default:
      return text
  }
}

/** A value in a line for people; `unit` is left to the caller. */
export function textFromValue(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
