'use client'
import { CopyPlus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import type { Prompt } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { promptMessages } from './messages.ts'
import { definitionOf, useSavePrompt } from './prompt-queries.ts'

const m = promptMessages.variant

/** A copy of a prompt that counts only for a topic or a language. */
export function PlaceDialog({ prompt }: { prompt: Prompt }) {
  const router = useRouter()
  const [isOpen, setOpen] = useState(false)
  const save = useSavePrompt()

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget)
    const place = {
      key: prompt.key,
      topic: String(values.get('topic')).trim(),
      language: String(values.get('language')).trim(),
    }
    save.mutate(
      { place, version: 0, definition: definitionOf(prompt), reason: m.reason },
      {
        onSuccess: () => {
          setOpen(false)
          router.push(hrefs.prompt(place))
        },
      },
    )
  }

  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <CopyPlus /> {m.open}
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title={m.title}
        lead={m.lead}
        closeLabel={shellMessages.close}
      >
        <form onSubmit={submit} className="flex flex-col gap-4">
          {save.error ? <ProblemNote error={save.error} /> : null}
          <TextField
            label={m.topic}
            name="topic"
            hint={m.topicHint}
            defaultValue={prompt.topic}
            maxLength={40}
          />
          <TextField
            label={m.language}
            name="language"
            hint={m.languageHint}
            defaultValue={prompt.language}
            maxLength={20}
          />
          <div className="flex justify-end">
            <Button type="submit" look="primary" busy={save.isPending}>
              {m.create}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
