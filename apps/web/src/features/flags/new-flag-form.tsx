'use client'
import { type FormEvent } from 'react'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { type FlagDefinition, useCreateFlag } from './flag-queries.ts'
import { flagMessages } from './messages.ts'

const m = flagMessages.form

/** A new on/off flag that is off for everybody; all else is set in the editor. */
export function NewFlagForm({ onMade }: { onMade: (key: string) => void }) {
  const create = useCreateFlag()

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget)
    const key = String(values.get('key')).trim()
    const definition = {
      ...empty,
      title: String(values.get('title')).trim(),
      description: String(values.get('description')),
    }
    create.mutate({ key, definition, reason: m.create }, { onSuccess: () => onMade(key) })
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {create.error ? <ProblemNote error={create.error} /> : null}
      <TextField label={m.key} name="key" required maxLength={100} hint={m.keyHint} autoComplete="off" />
      <TextField label={m.name} name="title" required maxLength={120} autoComplete="off" />
      <TextField label={m.description} name="description" maxLength={1000} autoComplete="off" />
      <div className="flex justify-end">
        <Button type="submit" look="primary" busy={create.isPending}>
          {m.create}
        </Button>
      </div>
    </form>
  )
}

const empty: FlagDefinition = {
  title: '',
  description: '',
  kind: 'boolean',
  variants: { on: true, off: false },
  isOn: true,
  offVariant: 'off',
  serve: { variant: 'off' },
  rules: [],
  environments: {},
  schedule: [],
  prerequisites: [],
  rollout: null,
  isPermanent: false,
  owner: '',
}
