'use client'
import type { FormEvent } from 'react'
import type { Webhook } from '../../api/shapes.ts'
import { Button } from '../../ui/button.tsx'
import { CopyBox } from '../../ui/copy-box.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { webhookMessages as m } from './messages.ts'
import { useCreateWebhook } from './webhook-queries.ts'

const events: Webhook['events'] = [
  'run.succeeded',
  'run.failed',
  'run.cancelled',
  'clip.processed',
  'clip.failed',
  'clips.batchFinished',
  'rendition.processed',
  'rendition.failed',
  'media.packaged',
  'media.packageFailed',
  'clips.stitchFinished',
  'production.finished',
  'production.failed',
]

/** Makes a webhook, then shows its secret, once. */
export function WebhookForm() {
  const create = useCreateWebhook()

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget)
    create.mutate({
      url: String(values.get('url')),
      events: values.getAll('event') as Webhook['events'],
    })
  }

  if (create.data) {
    return (
      <div role="status">
        <p className="mb-2 text-soft">{m.shownOnce}</p>
        <CopyBox text={create.data.secret} copyLabel={m.copy} copiedLabel={m.copied} />
      </div>
    )
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={m.url}
        name="url"
        type="url"
        required
        maxLength={2000}
        placeholder="https://"
        hint={m.urlHint}
        autoComplete="off"
      />
      <fieldset>
        <legend className="mb-1 text-sm font-medium">{m.events}</legend>
        <div className="grid grid-cols-2 gap-x-4">
          {events.map((type) => (
            <CheckField key={type} label={type} name="event" value={type} defaultChecked />
          ))}
        </div>
      </fieldset>
      <Button type="submit" look="primary" className="self-end" busy={create.isPending}>
        {m.add}
      </Button>
    </form>
  )
}
