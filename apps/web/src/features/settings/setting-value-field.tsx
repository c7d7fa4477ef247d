'use client'
import type { Setting } from '../../api/shapes.ts'
import { SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { settingsMessages } from './messages.ts'

const m = settingsMessages.workspace

type Props = { setting: Setting; text: string; onText: (text: string) => void; error?: string | undefined }

/** The field that fits the kind of a setting. What is typed stays text until it is sent. */
export function SettingValueField({ setting, text, onText, error }: Props) {
  const { kind, choices, min, max, unit, isInteger } = setting
  const common = { label: m.value, value: text, error }
  if (kind === 'switch' || kind === 'choice') {
    const options = kind === 'switch' ? ['true', 'false'] : (choices ?? [])
    return (
      <SelectField {...common} onChange={(event) => onText(event.target.value)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {kind === 'switch' ? (option === 'true' ? m.on : m.off) : option}
          </option>
        ))}
      </SelectField>
    )
  }
  if (kind === 'list' || kind === 'json') {
    const hint = kind === 'list' ? m.listHint : undefined
    return <TextArea {...common} hint={hint} onChange={(event) => onText(event.target.value)} />
  }
  if (kind === 'text') return <TextField {...common} onChange={(event) => onText(event.target.value)} />
  const range =
    min === null || max === null
      ? undefined
      : m.between(min.toLocaleString(), max.toLocaleString(), unit ?? '')
  return (
    <TextField
      {...common}
      type="number"
      inputMode="decimal"
      min={min ?? undefined}
      max={max ?? undefined}
      step={isInteger ? 1 : 'any'}
      required
      hint={range}
      onChange={(event) => onText(event.target.value)}
    />
  )
}

/** A value as it is edited. */
export function editedText({ kind, value }: Pick<Setting, 'kind' | 'value'>): string {
  if (kind === 'list' && Array.isArray(value)) return value.join('\n')
  return kind === 'json' ? JSON.stringify(value, null, 2) : String(value ?? '')
}

/** What was typed as a value; undefined while it is none. */
export function typedValue(kind: Setting['kind'], text: string): unknown {
  if (kind === 'number') return text.trim() === '' ? undefined : Number(text)
  if (kind === 'switch') return text === 'true'
  if (kind === 'list') return linesOf(text)
  if (kind !== 'json') return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    // The only failure there is: it is not JSON yet.
    return undefined
  }
}

/** The lines of a text that say something. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
