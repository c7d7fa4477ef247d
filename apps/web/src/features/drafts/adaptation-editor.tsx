'use client'
import { useQuery } from '@tanstack/react-query'
import { RefreshCw, Trash2 } from 'lucide-react'
import { useDeferredValue, useEffect, useState } from 'react'
import { Problem } from '../../api/problem.ts'
import type { Adaptation } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { adaptationMessages as m } from './adaptation-messages.ts'
import {
  type Content,
  textCheckQuery,
  textLimitsQuery,
  useRemoveAdaptation,
  useSaveAdaptation,
} from './adaptation-queries.ts'
import { draftMessages } from './messages.ts'
import { PlatformPreview } from './platform-preview.tsx'
import { useSettled } from './use-settled.ts'
import { Violations } from './violations.tsx'

type Props = {
  adaptation: Adaptation
  picture: string | undefined
  isReadOnly: boolean
  onAgain: () => Promise<{ items: Adaptation[] }>
}

/** The text for one destination with its counters, what is wrong with it, and how it will look. */
export function AdaptationEditor({ adaptation, picture, isReadOnly, onAgain }: Props) {
  const [base, setBase] = useState(adaptation)
  const [content, setContent] = useState<Content>(adaptation.content)
  const save = useSaveAdaptation(adaptation)
  const remove = useRemoveAdaptation(adaptation)
  const isChanged = !isSame(content, base.content)
  const settled = useSettled(content, 500)
  const check = useQuery({
    ...textCheckQuery(adaptation.destination, settled),
    enabled: !isSame(settled, base.content),
  }).data
  const { counts, violations } = isChanged && check ? check : base
  const limits = useQuery(textLimitsQuery).data?.items.find(
    ({ destination }) => destination === adaptation.destination,
  )
  const isStale = save.error instanceof Problem && save.error.status === 412

  function takeOver(next: Adaptation) {
    setBase(next)
    setContent(next.content)
    save.reset()
  }
  useEffect(() => {
    if (!isChanged && adaptation.version > base.version) takeOver(adaptation)
    // oxlint-disable-next-line react/exhaustive-deps -- only a new version from the server may replace the text
  }, [adaptation.version])

  const store = (version: number) => save.mutate({ version, content }, { onSuccess: takeOver })
  const countOf = (field: keyof Content) => {
    const count = counts.find((one) => one.field === field)
    if (!count) return undefined
    const unit = m.units[count.unit] ?? ''
    return m.used(count.used.toLocaleString(), count.max.toLocaleString(), unit)
  }
  const has = (field: string) => counts.some((one) => one.field === field)

  return (
    <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(18rem,22rem)]">
      <form
        className="flex min-w-0 flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isChanged) store(base.version)
        }}
      >
        {base.isOutdated && !isReadOnly ? (
          <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
            {m.outdated}
            <Button
              size="sm"
              title={m.againHint}
              onClick={() => void onAgain().then(({ items }) => takeOver(items[0]!))}
            >
              <RefreshCw /> {m.again}
            </Button>
          </div>
        ) : null}
        {isStale ? (
          <div
            role="alert"
            className="flex flex-wrap items-center gap-2 rounded-lg bg-warn-soft p-3 text-sm text-warn"
          >
            <span className="flex-1">{m.conflict}</span>
            <Button size="sm" onClick={() => takeOver(adaptation)}>
              {m.takeTheirs}
            </Button>
            <Button size="sm" onClick={() => store(adaptation.version)}>
              {m.keepMine}
            </Button>
          </div>
        ) : save.error ? (
          <ProblemNote error={save.error} />
        ) : null}
        {has('title') ? (
          <TextField
            label={m.fields.title}
            value={content.title}
            disabled={isReadOnly}
            hint={countOf('title')}
            onChange={(event) => setContent({ ...content, title: event.target.value })}
          />
        ) : null}
        <TextArea
          label={m.fields.text}
          value={content.text}
          rows={8}
          disabled={isReadOnly}
          hint={countOf('text')}
          onChange={(event) => setContent({ ...content, text: event.target.value })}
        />
        {has('tags') ? (
          <TagsField
            tags={content.tags}
            isReadOnly={isReadOnly}
            hint={countOf('tags')}
            onChange={(tags) => setContent({ ...content, tags })}
          />
        ) : null}
        <Violations
          violations={violations}
          isReadOnly={isReadOnly}
          onFix={(field, text) => setContent({ ...content, [field]: text })}
        />
        <div className="flex flex-wrap items-center gap-3">
          <Button
            type="submit"
            look="primary"
            busy={save.isPending}
            disabled={isReadOnly || !isChanged || isStale}
          >
            {save.isPending ? draftMessages.form.saving : draftMessages.form.save}
          </Button>
          <span className="text-sm text-faint" aria-live="polite">
            {isChanged
              ? draftMessages.form.unsaved
              : save.isSuccess || base.isEdited
                ? draftMessages.form.saved
                : ''}
          </span>
          <span className="flex-1" />
          {limits ? (
            <a
              href={limits.source}
              target="_blank"
              rel="noreferrer"
              className="text-sm text-faint underline-offset-2 hover:underline"
            >
              {m.checked(limits.date)}
            </a>
          ) : null}
          {isReadOnly ? null : (
            <IconButton
              label={m.remove(adaptation.name)}
              onClick={() => remove.mutate(undefined, { onSuccess: () => toast(m.removed(adaptation.name)) })}
            >
              <Trash2 />
            </IconButton>
          )}
        </div>
        {base.notes.length > 0 && !isChanged && !base.isEdited ? (
          <ul className="list-disc pl-5 text-sm text-soft">
            {base.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        ) : null}
      </form>
      <PlatformPreview
        destination={adaptation.destination}
        name={adaptation.name}
        content={useDeferredValue(content)}
        picture={picture}
      />
    </div>
  )
}

function TagsField({
  tags,
  isReadOnly,
  hint,
  onChange,
}: {
  tags: string[]
  isReadOnly: boolean
  hint: string | undefined
  onChange: (tags: string[]) => void
}) {
  // What is typed stays as it is typed: a comma at the end is the beginning of the next tag.
  const [typed, setTyped] = useState(tags.join(', '))
  const read = (text: string) =>
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean)
  useEffect(() => {
    if (read(typed).join() !== tags.join()) setTyped(tags.join(', '))
    // oxlint-disable-next-line react/exhaustive-deps -- follows what comes from outside, not what is typed
  }, [tags])
  return (
    <TextField
      label={m.fields.tags}
      value={typed}
      disabled={isReadOnly}
      hint={hint}
      onChange={(event) => {
        setTyped(event.target.value)
        onChange(read(event.target.value))
      }}
    />
  )
}

function isSame(one: Content, other: Content): boolean {
  return one.title === other.title && one.text === other.text && one.tags.join() === other.tags.join()
}
