'use client'
import { useState } from 'react'
import { SelectField, TextField } from '../../ui/field.tsx'
import type { FlagDefinition } from './flag-queries.ts'
import { flagMessages } from './messages.ts'

const m = flagMessages.form

type Rollout = NonNullable<FlagDefinition['rollout']>

/** A rollout in steps, with one guardrail as most need it; more are added as JSON by the command line. */
export function RolloutFields({
  draft,
  onChange,
}: {
  draft: FlagDefinition
  onChange: (part: Partial<FlagDefinition>) => void
}) {
  const { rollout } = draft
  const [steps, setSteps] = useState(stepsText(rollout?.steps ?? fresh('').steps))

  function change(part: Partial<Rollout>) {
    if (!rollout) return
    // What was taken back starts anew, on its own time and with its own exposures.
    const { startedAt: _startedAt, ...rest } = rollout
    onChange({ rollout: { ...(rollout.stopped ? rest : rollout), stopped: null, ...part } })
  }

  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="font-medium">{m.rollout}</legend>
      <p className="mb-1 text-sm text-soft">{m.rolloutLead}</p>
      {rollout?.stopped ? (
        <p className="rounded-lg bg-bad-soft p-3 text-sm">{m.stopped(rollout.stopped.because)}</p>
      ) : null}
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label={m.rolloutVariant}
          value={rollout?.variant ?? ''}
          onChange={(event) => {
            const variant = event.target.value
            if (variant === '') onChange({ rollout: null })
            else if (rollout) change({ variant })
            else onChange({ rollout: { ...fresh(variant), steps: readSteps(steps) } })
          }}
        >
          <option value="">{m.none}</option>
          {Object.keys(draft.variants).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
        {rollout ? (
          <TextField
            label={m.steps}
            hint={m.stepsHint}
            value={steps}
            onChange={(event) => {
              setSteps(event.target.value)
              change({ steps: readSteps(event.target.value) })
            }}
          />
        ) : null}
      </div>
      {rollout ? (
        <TextField
          label={m.guardrail}
          hint={m.guardrailHint}
          value={rollout.guardrails?.[0]?.metric ?? ''}
          onChange={(event) => change({ guardrails: guardrailOf(event.target.value.trim()) })}
        />
      ) : null}
    </fieldset>
  )
}

function fresh(variant: string): Rollout {
  const steps = [
    { percent: 5, holdMinutes: 60 },
    { percent: 25, holdMinutes: 240 },
    { percent: 100, holdMinutes: 0 },
  ]
  return { variant, steps, guardrails: [], minUnits: 50, stopped: null }
}

function guardrailOf(metric: string): Rollout['guardrails'] {
  if (metric === '') return []
  return [{ metric, kind: 'rate', goal: 'decrease', maxHarm: 0.02, smallestEffect: 0.05 }]
}

function stepsText(steps: Rollout['steps']): string {
  return steps
    .map(({ percent, holdMinutes }) => (holdMinutes > 0 ? `${percent}:${holdMinutes}` : String(percent)))
    .join(', ')
}

/** `5:60, 100` → steps. What is no number becomes 0, which the server refuses in words. */
function readSteps(text: string): Rollout['steps'] {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [percent = '', minutes = '0'] = part.split(':')
      return { percent: Number(percent) || 0, holdMinutes: Math.round(Number(minutes)) || 0 }
    })
}
