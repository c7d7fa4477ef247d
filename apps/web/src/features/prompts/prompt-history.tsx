'use client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Prompt, PromptDiff } from '../../api/shapes.ts'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { formatMoment } from '../../ui/format.ts'
import { Skeleton } from '../../ui/surface.tsx'
import { promptMessages } from './messages.ts'
import { diffQuery, type Place, promptVersionsQuery, useRollBackPrompt } from './prompt-queries.ts'

const m = promptMessages.history

/** Every form of a prompt, what changed since then, and the way back. */
export function PromptHistory({ prompt, mayWrite }: { prompt: Prompt; mayWrite: boolean }) {
  const { key, topic, language } = prompt
  const place = { key, topic, language }
  const versions = useQuery(promptVersionsQuery(place))
  const back = useRollBackPrompt(prompt)
  const [compared, setCompared] = useState<number>()
  if (versions.isPending) return <Skeleton className="h-40" />
  const name = (version: number) => (version === 0 ? m.shipped : promptMessages.version(version))
  return (
    <ul className="divide-y divide-line">
      {(versions.data?.items ?? []).map((each) => {
        const isNow = each.version === prompt.version
        return (
          <li key={each.version} className="py-3">
            <div className="flex flex-wrap items-center justify-between gap-3">
              <div className="min-w-0">
                <p className="font-medium">
                  {name(each.version)}
                  {isNow ? ` · ${m.now}` : ''}
                </p>
                <p className="text-sm break-words text-soft">{each.reason}</p>
                {each.changedAt ? <p className="text-xs text-faint">{formatMoment(each.changedAt)}</p> : null}
              </div>
              {isNow || !each.definition ? null : (
                <div className="flex flex-wrap gap-2">
                  <Button
                    size="sm"
                    aria-expanded={compared === each.version}
                    onClick={() => setCompared(compared === each.version ? undefined : each.version)}
                  >
                    {m.compare}
                  </Button>
                  {mayWrite ? (
                    <Button size="sm" busy={back.isPending} onClick={() => back.mutate(each.version)}>
                      {m.back}
                    </Button>
                  ) : null}
                </div>
              )}
            </div>
            {compared === each.version ? (
              <Difference
                place={place}
                from={each.version}
                to={prompt.version}
                title={m.diffTitle(name(each.version), name(prompt.version))}
              />
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}

function Difference({ place, from, to, title }: { place: Place; from: number; to: number; title: string }) {
  const diff = useQuery(diffQuery(place, from, to)).data
  if (!diff) return <Skeleton className="mt-3 h-24" />
  const parts = (['variables', 'system', 'user'] as const).filter((part) =>
    diff[part].some(({ kind }) => kind !== 'same'),
  )
  return (
    <section aria-label={title} className="mt-3 overflow-hidden rounded-xl border border-line">
      <p className="border-b border-line px-3 py-2 text-sm font-medium">{title}</p>
      {parts.length === 0 ? <p className="p-3 text-soft">{m.same}</p> : null}
      {parts.map((part) => (
        <DiffLines key={part} title={m.parts[part]} lines={diff[part]} />
      ))}
    </section>
  )
}

const looks = {
  same: 'text-soft',
  added: 'bg-ok-soft text-ink',
  removed: 'bg-bad-soft text-ink line-through decoration-bad/50',
}
const marks = { same: ' ', added: '+', removed: '−' }

function DiffLines({ title, lines }: { title: string; lines: PromptDiff['user'] }) {
  return (
    <div className="max-h-96 overflow-auto" tabIndex={0} role="region" aria-label={title}>
      <p className="px-3 pt-2 text-xs font-medium text-faint">{title}</p>
      <ol className="py-1 text-sm">
        {lines.map(({ kind, text }, index) => (
          <li key={index} className={cx('flex gap-2 px-3 whitespace-pre-wrap', looks[kind])}>
            <span aria-hidden="true" className="w-3 shrink-0 select-none">
              {marks[kind]}
            </span>
            {kind === 'same' ? null : <span className="sr-only">{m[kind]}: </span>}
            <span className="min-w-0 break-words">{text || ' '}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}
