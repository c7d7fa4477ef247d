'use client'
import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import type { PromptSummary } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { MasterDetail } from '../../ui/master-detail.tsx'
import { Card, PageHead, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { promptMessages as m } from './messages.ts'
import { PromptDetail } from './prompt-detail.tsx'
import { promptsQuery } from './prompt-queries.ts'

/** All prompts in their places, and beside them the chosen one. */
export function PromptsPage({ chosenKey }: { chosenKey?: string }) {
  const address = useSearchParams()
  const query = useQuery(promptsQuery)
  const all = query.data?.items ?? []
  const chosen = chosenKey
    ? { key: chosenKey, topic: address.get('topic') ?? '', language: address.get('language') ?? '' }
    : undefined
  const idOf = (place: { key: string; topic: string; language: string }) =>
    `${place.key} ${place.topic} ${place.language}`
  const rows = (isPartial: boolean) => (
    <ul className="flex flex-col gap-1">
      {all
        .filter((prompt) => prompt.isPartial === isPartial)
        .map((prompt) => (
          <PromptRow
            key={idOf(prompt)}
            prompt={prompt}
            isChosen={chosen !== undefined && idOf(prompt) === idOf(chosen)}
          />
        ))}
    </ul>
  )

  return (
    <>
      <div className={cx(chosen && 'max-lg:hidden')}>
        <PageHead title={m.title} lead={m.lead} />
      </div>
      <MasterDetail
        isChosen={chosen !== undefined}
        list={
          <>
            {query.error ? <ProblemNote error={query.error} onRetry={() => void query.refetch()} /> : null}
            {query.isPending ? <Skeleton className="h-64" /> : null}
            {rows(false)}
            {query.isSuccess ? <SectionHead title={m.parts} className="mt-6 px-3" /> : null}
            {rows(true)}
          </>
        }
        detail={
          chosen ? (
            <>
              <Button asChild look="ghost" size="sm" className="mb-3 -ml-2 lg:hidden">
                <Link href="/prompts">
                  <ArrowLeft /> {shellMessages.back}
                </Link>
              </Button>
              <PromptDetail key={idOf(chosen)} place={chosen} />
            </>
          ) : (
            <Card className="grid min-h-60 place-items-center p-8 text-faint">{m.select}</Card>
          )
        }
      />
    </>
  )
}

function PromptRow({ prompt, isChosen }: { prompt: PromptSummary; isChosen: boolean }) {
  const { topic, language } = prompt
  return (
    <li>
      <Link
        href={hrefs.prompt(prompt)}
        scroll={false}
        aria-current={isChosen ? 'true' : undefined}
        className={cx(
          'block rounded-xl border border-transparent px-3 py-2.5 hover:bg-hover',
          isChosen && 'border-line bg-surface hover:bg-surface',
        )}
      >
        <span className="flex items-center justify-between gap-3">
          <span className="truncate font-medium">{prompt.title}</span>
          {topic || language ? <Badge tone="accent">{m.place(topic, language)}</Badge> : null}
        </span>
        <span className="mt-1 flex justify-between gap-3 text-xs text-faint">
          <span className="truncate font-mono">{prompt.key}</span>
          {prompt.version > 0 ? <span className="shrink-0">{m.version(prompt.version)}</span> : null}
        </span>
      </Link>
    </li>
  )
}
