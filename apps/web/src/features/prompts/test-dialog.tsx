'use client'
import { useQuery } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import type { Prompt } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { promptMessages } from './messages.ts'
import { type Judge, promptVersionsQuery, useComparePrompts } from './prompt-queries.ts'

const m = promptMessages.test

/** An experiment between the current version of a prompt and another one. */
export function TestDialog({ prompt }: { prompt: Prompt }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <FlaskConical /> {m.open}
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title={m.title}
        lead={m.lead}
        closeLabel={shellMessages.close}
      >
        <TestForm prompt={prompt} />
      </Dialog>
    </>
  )
}

function TestForm({ prompt }: { prompt: Prompt }) {
  const router = useRouter()
  const { key, topic, language, version } = prompt
  const place = { key, topic, language }
  const versions = useQuery(promptVersionsQuery(place)).data?.items ?? []
  const compare = useComparePrompts(place)
  const others = versions.filter((each) => each.definition && each.version !== version)

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget)
    const share = Number(values.get('share'))
    compare.mutate(
      {
        judgedBy: String(values.get('judgedBy')) as Judge,
        versions: [
          { version, percent: Math.round((100 - share) * 1000) / 1000 },
          { version: Number(values.get('other')), percent: share },
        ],
      },
      { onSuccess: (made) => router.push(hrefs.experiment(made.key)) },
    )
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {compare.error ? <ProblemNote error={compare.error} /> : null}
      <p>
        {m.control}: <strong>{promptMessages.version(version)}</strong>
      </p>
      <SelectField label={m.against} name="other" required>
        {others.map((each) => (
          <option key={each.version} value={each.version}>
            {each.version === 0 ? promptMessages.shipped : promptMessages.version(each.version)} ·{' '}
            {each.reason}
          </option>
        ))}
      </SelectField>
      <TextField label={m.share} name="share" type="number" min={1} max={99} defaultValue={50} required />
      <SelectField label={m.judgedBy} name="judgedBy">
        {Object.entries(m.judges).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <div className="flex justify-end">
        <Button type="submit" look="primary" busy={compare.isPending} disabled={others.length === 0}>
          {m.start}
        </Button>
      </div>
    </form>
  )
}
