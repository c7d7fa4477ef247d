'use client'
import { SelectField, TextField } from '../../ui/field.tsx'
import type { FlagDefinition } from './flag-queries.ts'
import { flagMessages } from './messages.ts'

const m = flagMessages.form

type Props = { draft: FlagDefinition; onChange: (part: Partial<FlagDefinition>) => void }

/** One variant for everybody, or shares. */
export function ServeFields({ draft, onChange }: Props) {
  const names = Object.keys(draft.variants)
  const { serve } = draft
  const shares = 'split' in serve ? serve.split : []
  const shareOf = (name: string) => shares.find((each) => each.variant === name)?.percent ?? 0
  const sum = names.reduce((total, name) => total + Math.round(shareOf(name) * 1000), 0) / 1000

  function setShare(name: string, percent: number) {
    const split = names.map((variant) => ({
      variant,
      percent: variant === name ? percent : shareOf(variant),
    }))
    onChange({ serve: { ...serve, split } as FlagDefinition['serve'] })
  }

  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-3 font-medium">{m.serves}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label={m.mode}
          value={'split' in serve ? 'split' : 'one'}
          onChange={(event) => {
            const even = names.map((variant, index) => ({ variant, percent: index === 0 ? 100 : 0 }))
            onChange({
              serve: event.target.value === 'split' ? { split: even } : { variant: names[0] ?? '' },
            })
          }}
        >
          <option value="one">{m.everybody}</option>
          <option value="split">{m.split}</option>
        </SelectField>
        {'split' in serve ? null : (
          <SelectField
            label={m.variant}
            value={serve.variant}
            onChange={(event) => onChange({ serve: { variant: event.target.value } })}
          >
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </SelectField>
        )}
      </div>
      {'split' in serve ? (
        <>
          <div className="grid gap-3 sm:grid-cols-2">
            {names.map((name) => (
              <TextField
                key={name}
                label={m.percent(name)}
                type="number"
                min={0}
                max={100}
                step="0.001"
                value={shareOf(name)}
                onChange={(event) => setShare(name, Number(event.target.value))}
              />
            ))}
          </div>
          <div className="flex h-2 overflow-hidden rounded-full bg-neutral-soft" aria-hidden="true">
            {names.map((name, index) => (
              <span
                key={name}
                className={shareColours[index % shareColours.length]}
                style={{ width: `${Math.max(0, Math.min(100, shareOf(name)))}%` }}
              />
            ))}
          </div>
          {sum === 100 ? null : (
            <p role="alert" className="text-sm text-bad">
              {m.sum(sum)}
            </p>
          )}
        </>
      ) : null}
    </fieldset>
  )
}

const shareColours = ['bg-accent', 'bg-clip', 'bg-warn', 'bg-ok', 'bg-bad']
