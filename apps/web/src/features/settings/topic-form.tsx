'use client'
import type { FormEvent } from 'react'
import type { Topic } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { settingsMessages } from './messages.ts'
import { linesOf } from './setting-value-field.tsx'
import { useUpdateTopic } from './topic-queries.ts'
import { vocabularyFrom, vocabularyText } from './vocabulary-text.ts'

const m = settingsMessages.topics

type Profile = Topic['profile']
const placements = ['spoken', 'screen', 'description'] as const

/** What a topic is about, as text that anyone can edit. */
export function TopicForm({ topic, mayWrite }: { topic: Topic; mayWrite: boolean }) {
  const update = useUpdateTopic(topic)
  const { profile } = topic

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget)
    const text = (name: string) => String(values.get(name) ?? '').trim()
    const changed: Partial<Profile> = {
      name: text('name'),
      description: text('description'),
      audience: text('audience'),
      style: { ...profile.style, tone: text('tone') },
      keywords: linesOf(text('keywords')),
      vocabulary: vocabularyFrom(text('vocabulary')),
      disclaimers: placements
        .map((placement) => ({ placement, text: text(placement) }))
        .filter((disclaimer) => disclaimer.text !== ''),
    }
    update.mutate(changed, { onSuccess: () => void toast.success(m.saved) })
  }

  const field = { disabled: !mayWrite }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <h3 className="font-medium">{m.profile}</h3>
      <TextField {...field} label={m.name} name="name" defaultValue={profile.name} required maxLength={80} />
      <TextField
        {...field}
        label={m.description}
        name="description"
        defaultValue={profile.description}
        maxLength={500}
      />
      <TextArea
        {...field}
        label={m.audience}
        name="audience"
        defaultValue={profile.audience}
        maxLength={500}
      />
      <TextArea
        {...field}
        label={m.tone}
        hint={m.toneHint}
        name="tone"
        defaultValue={profile.style.tone}
        maxLength={300}
      />
      <TextArea
        {...field}
        label={m.keywords}
        hint={m.keywordsHint}
        name="keywords"
        defaultValue={profile.keywords.join('\n')}
        rows={5}
      />
      <TextArea
        {...field}
        label={m.vocabulary}
        hint={m.vocabularyHint}
        name="vocabulary"
        defaultValue={vocabularyText(profile.vocabulary)}
        rows={6}
      />
      {profile.needsDisclaimer ? <p className="text-sm text-soft">{m.needsDisclaimer}</p> : null}
      {placements.map((placement) => (
        <TextArea
          {...field}
          key={placement}
          label={m.disclaimers[placement]}
          name={placement}
          defaultValue={profile.disclaimers.find((one) => one.placement === placement)?.text ?? ''}
          maxLength={600}
        />
      ))}
      {update.error ? <ProblemNote error={update.error} /> : null}
      {mayWrite ? (
        <Button type="submit" look="primary" busy={update.isPending} className="self-end">
          {m.save}
        </Button>
      ) : null}
    </form>
  )
}
