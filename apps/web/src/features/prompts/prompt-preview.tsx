'use client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Skeleton } from '../../ui/surface.tsx'
import { promptMessages } from './messages.ts'
import { type Place, previewQuery, type PromptDefinition } from './prompt-queries.ts'

const m = promptMessages.preview

/** The messages as a model would get them, with what the lint says. */
export function PromptPreview({ place, draft }: { place: Place; draft: PromptDefinition }) {
  const { key, topic, language } = place
  const query = useQuery({
    ...previewQuery({ key, topic, language }, draft),
    placeholderData: keepPreviousData,
  })
  if (query.error) return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <Skeleton className="h-64" />
  const { system, user, tokens, room, findings, values } = query.data
  return (
    <div className="flex flex-col gap-5">
      <p className="text-sm text-soft">{m.lead}</p>
      {findings.length === 0 ? (
        <p className="text-sm text-ok">{m.clean}</p>
      ) : (
        <section aria-label={m.findings} className="rounded-xl border border-warn/40 bg-warn-soft p-4">
          <p className="font-medium">{m.findings}</p>
          <ul className="mt-1 flex flex-col gap-1 text-sm">
            {findings.map(({ rule, message, level }) => (
              <li key={message}>
                <Badge tone={level === 'error' ? 'bad' : 'warn'}>{rule}</Badge> {message}
              </li>
            ))}
          </ul>
        </section>
      )}
      {system ? <Message title={m.system} text={system} /> : null}
      <Message title={m.user} text={user} />
      <p className="text-sm text-soft">{m.size(tokens.toLocaleString(), room.toLocaleString())}</p>
      {values.length > 0 ? (
        <section aria-label={m.filled}>
          <h3 className="mb-2 font-medium">{m.filled}</h3>
          <dl className="divide-y divide-line rounded-xl border border-line text-sm">
            {values.map(({ name, value, from }) => (
              <div key={name} className="grid gap-1 px-3 py-2 sm:grid-cols-[10rem_1fr_auto]">
                <dt className="font-mono">{name}</dt>
                <dd className="min-w-0 break-words text-soft">{shown(value)}</dd>
                <dd className="text-faint">{m.from[from]}</dd>
              </div>
            ))}
          </dl>
        </section>
      ) : null}
    </div>
  )
}

function Message({ title, text }: { title: string; text: string }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-sm font-medium text-faint">{title}</h3>
      <pre
        className="max-h-96 overflow-auto rounded-xl bg-canvas p-4 font-sans whitespace-pre-wrap"
        tabIndex={0}
      >
        {text}
      </pre>
    </section>
  )
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '–'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
