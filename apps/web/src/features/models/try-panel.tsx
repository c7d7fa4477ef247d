'use client'
import { useMutation } from '@tanstack/react-query'
import { Send, Square } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import type { Model } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextArea } from '../../ui/field.tsx'
import { Card, SectionHead } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { formatMoney } from '../costs/money.ts'
import { modelMessages } from './messages.ts'
import { useRate } from './model-queries.ts'
import { type TryDone, tryModel, type TryWish } from './try-stream.ts'

const m = modelMessages.try

/** Asks a model something and shows the answer as it is written, with what it cost. */
export function TryPanel({ models }: { models: readonly Model[] }) {
  const [text, setText] = useState('')
  const stop = useRef<AbortController>(undefined)
  const ask = useMutation({
    mutationFn: (wish: TryWish) => {
      stop.current = new AbortController()
      setText('')
      return tryModel(wish, (piece) => setText((before) => before + piece), stop.current.signal)
    },
  })
  const isStopped = ask.error?.name === 'AbortError'

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget)
    const notes = String(values.get('notes')).trim()
    const modelId = String(values.get('modelId'))
    ask.mutate({
      prompt: String(values.get('prompt')),
      notes: notes === '' ? [] : [notes],
      ...(modelId === '' ? {} : { modelId }),
    })
  }

  return (
    <section>
      <SectionHead title={m.title} />
      <p className="-mt-2 mb-3 text-soft">{m.lead}</p>
      <Card className="p-4">
        <form onSubmit={submit} className="flex flex-col gap-4">
          <SelectField label={m.model} name="modelId">
            <option value="">{m.asChosen}</option>
            {models.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </SelectField>
          <TextArea label={m.prompt} name="prompt" required maxLength={100_000} />
          <TextArea label={m.notes} name="notes" maxLength={500_000} />
          <div className="flex justify-end gap-2">
            {ask.isPending ? (
              <Button type="button" onClick={() => stop.current?.abort()}>
                <Square /> {m.stop}
              </Button>
            ) : null}
            <Button type="submit" look="primary" busy={ask.isPending}>
              <Send /> {m.send}
            </Button>
          </div>
        </form>
        {text !== '' || ask.isPending ? (
          <div className="mt-4 border-t border-line pt-4">
            <h3 className="text-sm font-medium text-soft">{m.answer}</h3>
            <p className="mt-1 whitespace-pre-wrap break-words" aria-live="polite" aria-busy={ask.isPending}>
              {text || m.writing}
            </p>
          </div>
        ) : null}
        {ask.data ? <Facts done={ask.data} /> : null}
        {ask.error && !isStopped ? <ProblemNote error={ask.error} className="mt-4" /> : null}
      </Card>
    </section>
  )
}

function Facts({ done }: { done: TryDone }) {
  const rate = useRate(() => toast.success(m.thanks))
  const tokens = done.usage.inputTokens + done.usage.outputTokens
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2 text-sm text-soft">
      <span className="tabular-nums">{m.facts(done.modelId, formatMoney(done.costMicros), tokens)}</span>
      {done.label ? <Badge tone="warn">{done.label}</Badge> : null}
      {done.isCached ? <Badge tone="accent">{m.cached}</Badge> : null}
      {done.leftOut.length > 0 ? <Badge tone="warn">{m.leftOut(done.leftOut.length)}</Badge> : null}
      <span className="ml-auto flex gap-2">
        <Button size="sm" onClick={() => rate.mutate({ callId: done.callId, rating: 1 })}>
          {m.good}
        </Button>
        <Button size="sm" onClick={() => rate.mutate({ callId: done.callId, rating: 0 })}>
          {m.bad}
        </Button>
      </span>
    </div>
  )
}
