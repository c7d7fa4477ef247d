'use client'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { flagsQuery } from '../flags/flag-queries.ts'
import { useCreateExperiment } from './experiment-queries.ts'
import { experimentMessages } from './messages.ts'

const m = experimentMessages.form

/** An experiment on a flag in its simplest form. */
export function NewExperimentForm({ onMade }: { onMade: (key: string) => void }) {
  const flags = useQuery(flagsQuery).data?.items ?? []
  const [flagKey, setFlagKey] = useState('')
  const create = useCreateExperiment()
  const flag = flags.find(({ key }) => key === (flagKey || flags[0]?.key))
  const variants = Object.keys(flag?.variants ?? {})

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (!flag) return
    const values = new FormData(event.currentTarget)
    const text = (name: string) => String(values.get(name)).trim()
    create.mutate(
      {
        key: text('key'),
        title: text('title'),
        flagKey: flag.key,
        variants,
        control: text('control'),
        metric: text('metric'),
        kind: text('kind') === 'mean' ? 'mean' : 'rate',
        goal: text('goal') === 'decrease' ? 'decrease' : 'increase',
        smallestEffect: Number(text('effect')),
      },
      { onSuccess: (made) => onMade(made.key) },
    )
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {create.error ? <ProblemNote error={create.error} /> : null}
      <TextField label={m.name} name="title" required maxLength={120} autoComplete="off" />
      <TextField label={m.key} name="key" required maxLength={100} autoComplete="off" />
      <SelectField
        label={m.flag}
        hint={m.flagHint}
        value={flag?.key ?? ''}
        onChange={(event) => setFlagKey(event.target.value)}
      >
        {flags.map(({ key, title }) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </SelectField>
      <SelectField label={m.control} name="control">
        {variants.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </SelectField>
      <TextField label={m.metric} name="metric" hint={m.metricHint} required maxLength={100} />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField label={m.kind} name="kind">
          <option value="rate">{m.kinds.rate}</option>
          <option value="mean">{m.kinds.mean}</option>
        </SelectField>
        <SelectField label={m.goal} name="goal">
          <option value="increase">{m.goals.increase}</option>
          <option value="decrease">{m.goals.decrease}</option>
        </SelectField>
      </div>
      <TextField
        label={m.effect}
        hint={m.effectHint}
        name="effect"
        type="number"
        step="any"
        min={0.000001}
        defaultValue={0.05}
        required
      />
      <div className="flex justify-end">
        <Button type="submit" look="primary" busy={create.isPending}>
          {m.save}
        </Button>
      </div>
    </form>
  )
}
