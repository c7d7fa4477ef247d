'use client'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { formatMoment } from '../../ui/format.ts'
import type { FlagDefinition } from './flag-queries.ts'
import { flagMessages } from './messages.ts'

const m = flagMessages.form

/** What changes when, in the reader's zone. */
export function ScheduleFields({
  draft,
  onChange,
}: {
  draft: FlagDefinition
  onChange: (part: Partial<FlagDefinition>) => void
}) {
  const [at, setAt] = useState('')
  const [isOn, setOn] = useState(true)
  const { schedule } = draft

  function add() {
    const next = [...schedule, { at: new Date(at).toISOString(), isOn }]
    onChange({ schedule: next.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)) })
    setAt('')
  }

  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="font-medium">{m.schedule}</legend>
      <p className="mb-1 text-sm text-soft">
        {m.scheduleLead(Intl.DateTimeFormat().resolvedOptions().timeZone)}
      </p>
      {schedule.map((change) => (
        <div
          key={change.at}
          className="flex items-center justify-between gap-3 rounded-lg bg-canvas px-3 py-1.5"
        >
          <span>
            {formatMoment(change.at)}: {wordsOf(change)}
          </span>
          <IconButton
            label={m.remove}
            size="sm"
            onClick={() => onChange({ schedule: schedule.filter((each) => each !== change) })}
          >
            <X />
          </IconButton>
        </div>
      ))}
      <div className="grid items-end gap-3 sm:grid-cols-[1fr_1fr_auto]">
        <TextField
          label={m.scheduleAt}
          type="datetime-local"
          value={at}
          onChange={(event) => setAt(event.target.value)}
        />
        <SelectField
          label={m.scheduleDo}
          value={isOn ? 'on' : 'off'}
          onChange={(event) => setOn(event.target.value === 'on')}
        >
          <option value="on">{m.turnOn}</option>
          <option value="off">{m.turnOff}</option>
        </SelectField>
        <Button disabled={at === ''} onClick={add}>
          <Plus /> {m.add}
        </Button>
      </div>
    </fieldset>
  )
}

function wordsOf({ isOn, serve }: FlagDefinition['schedule'][number]): string {
  const parts = [
    ...(isOn === undefined ? [] : [isOn ? m.turnOn : m.turnOff]),
    ...(serve === undefined
      ? []
      : [
          'variant' in serve
            ? serve.variant
            : serve.split.map((s) => `${s.variant} ${s.percent} %`).join(', '),
        ]),
  ]
  return parts.join(', ')
}
