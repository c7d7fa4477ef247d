'use client'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useDeferredValue, useState } from 'react'
import type { Setting } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Skeleton } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { EstimateNote, readableMoney } from './estimate-note.tsx'
import { settingsMessages } from './messages.ts'
import { settingsQuery } from './setting-queries.ts'
import { topicImpactQuery, type TopicValues, useChangeTopicSettings, voicesQuery } from './topic-queries.ts'

const m = settingsMessages.topics

/** Voice, length and pace of a topic, with what a video costs now and would cost. */
export function VoiceForm({ topic, mayWrite }: { topic: string; mayWrite: boolean }) {
  const settings = useQuery(settingsQuery(topic))
  if (settings.error) return <ProblemNote error={settings.error} onRetry={() => void settings.refetch()} />
  if (!settings.data) return <Skeleton className="h-48" />
  const { items } = settings.data
  // What was saved or brought back meanwhile starts the form anew.
  return <Fields key={JSON.stringify(items)} topic={topic} items={items} mayWrite={mayWrite} />
}

type Inputs = { voice: string; shortest: string; longest: string; pace: string }

function Fields({ topic, items, mayWrite }: { topic: string; items: Setting[]; mayWrite: boolean }) {
  const saved = inputsOf(items)
  const [inputs, setInputs] = useState(saved)
  const values = changedValues(saved, inputs)
  const settled = useDeferredValue(values)
  const isValid = Object.values(settled).every((value) => !Number.isNaN(value))
  const impact = useQuery(topicImpactQuery(topic, settled, isValid))
  const voices = useQuery(voicesQuery)
  const save = useChangeTopicSettings(topic)
  const set = (part: Partial<Inputs>) => setInputs({ ...inputs, ...part })
  const hasChanges = Object.keys(values).length > 0

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const versions = Object.fromEntries(items.map(({ key, version }) => [key, version]))
    save.mutate({ values, versions }, { onSuccess: () => void toast.success(m.saved) })
  }

  const choices = voices.data?.items ?? []
  const isUnknown = inputs.voice !== '' && !choices.some(({ id }) => id === inputs.voice)
  const minutes = { type: 'number', min: 1, max: 20, step: 0.5, required: true, disabled: !mayWrite } as const
  const problem = save.error ?? (hasChanges ? impact.error : null)
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <h3 className="font-medium">{m.voiceAndLength}</h3>
      <SelectField
        label={m.voice}
        value={inputs.voice}
        disabled={!mayWrite}
        onChange={(event) => set({ voice: event.target.value })}
      >
        <option value="">{m.firstVoice}</option>
        {isUnknown ? <option value={inputs.voice}>{inputs.voice}</option> : null}
        {choices.map(({ id, label, microsPerMinute }) => (
          <option key={id} value={id}>
            {`${label} · ${microsPerMinute === 0 ? m.free : m.perMinute(readableMoney(microsPerMinute))}`}
          </option>
        ))}
      </SelectField>
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField
          {...minutes}
          label={m.shortest}
          hint={m.lengthHint}
          value={inputs.shortest}
          onChange={(event) => set({ shortest: event.target.value })}
        />
        <TextField
          {...minutes}
          label={m.longest}
          hint={m.lengthHint}
          value={inputs.longest}
          onChange={(event) => set({ longest: event.target.value })}
        />
        <TextField
          label={m.pace}
          hint={m.paceHint}
          type="number"
          min={50}
          max={200}
          required
          disabled={!mayWrite}
          value={inputs.pace}
          onChange={(event) => set({ pace: event.target.value })}
        />
      </div>
      {problem ? <ProblemNote error={problem} /> : null}
      {impact.data?.impact && !impact.error ? (
        <EstimateNote before={impact.data.impact.before} after={impact.data.impact.after} />
      ) : null}
      {mayWrite ? (
        <Button
          type="submit"
          look="primary"
          busy={save.isPending}
          disabled={!hasChanges}
          className="self-end"
        >
          {m.saveVoice}
        </Button>
      ) : null}
    </form>
  )
}

function inputsOf(items: Setting[]): Inputs {
  const valueOf = (key: string) => items.find((item) => item.key === key)?.value
  const minutesOf = (key: string) => String(Number((Number(valueOf(key)) / 60).toFixed(2)))
  return {
    voice: String(valueOf('speech.voice') ?? ''),
    shortest: minutesOf('videos.minSeconds'),
    longest: minutesOf('videos.maxSeconds'),
    pace: String(valueOf('speech.ratePercent')),
  }
}

/** Only what differs from what is saved: the rest stays with the layer it comes from. */
function changedValues(saved: Inputs, inputs: Inputs): TopicValues {
  const seconds = (text: string) => (text === '' ? Number.NaN : Math.round(Number(text) * 60))
  const all: Array<[keyof Inputs, string, unknown]> = [
    ['voice', 'speech.voice', inputs.voice],
    ['shortest', 'videos.minSeconds', seconds(inputs.shortest)],
    ['longest', 'videos.maxSeconds', seconds(inputs.longest)],
    ['pace', 'speech.ratePercent', inputs.pace === '' ? Number.NaN : Number(inputs.pace)],
  ]
  return Object.fromEntries(
    all.filter(([input]) => inputs[input] !== saved[input]).map(([, key, value]) => [key, value]),
  )
}
