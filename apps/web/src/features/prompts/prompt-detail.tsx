'use client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Prompt } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge } from '../../ui/badge.tsx'
import { cx } from '../../ui/cx.ts'
import { Card, Skeleton } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { promptMessages as m } from './messages.ts'
import { PlaceDialog } from './place-dialog.tsx'
import { PromptForm } from './prompt-form.tsx'
import { PromptHistory } from './prompt-history.tsx'
import { PromptPreview } from './prompt-preview.tsx'
import { definitionOf, type Place, promptQuery } from './prompt-queries.ts'
import { TestDialog } from './test-dialog.tsx'

type Tab = keyof typeof m.tabs

/** One prompt in its place: its text, how it reads when filled, and how it came to be. */
export function PromptDetail({ place }: { place: Place }) {
  const query = useQuery(promptQuery(place))
  if (query.error && !query.data) {
    return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
  }
  if (!query.data) return <Skeleton className="h-96" />
  return <PromptCard prompt={query.data} />
}

function PromptCard({ prompt }: { prompt: Prompt }) {
  const [tab, setTab] = useState<Tab>('edit')
  const [draft, setDraft] = useState(definitionOf(prompt))
  const mayWrite = useMay('prompts.write')
  const mayTest = useMay('experiments.write')
  return (
    <Card className="p-5 md:p-6" aria-label={prompt.title}>
      <div className="mb-4 flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="text-xl font-semibold break-words">{prompt.title}</h2>
          <p className="font-mono text-xs break-all text-faint">{prompt.key}</p>
          <div className="mt-2 flex flex-wrap items-center gap-2">
            <Badge tone="accent">{m.place(prompt.topic, prompt.language)}</Badge>
            <Badge>{prompt.version === 0 ? m.shipped : m.version(prompt.version)}</Badge>
          </div>
        </div>
        {mayWrite ? (
          <div className="flex flex-wrap gap-2">
            <PlaceDialog prompt={prompt} />
            {mayTest && !prompt.isPartial && prompt.version > 0 ? <TestDialog prompt={prompt} /> : null}
          </div>
        ) : null}
      </div>
      {prompt.description ? <p className="mb-4 max-w-prose text-soft">{prompt.description}</p> : null}
      <div role="tablist" aria-label={m.tabsLabel} className="mb-5 flex gap-1 border-b border-line">
        {(Object.keys(m.tabs) as Tab[]).map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`prompt-tab-${name}`}
            aria-selected={tab === name}
            aria-controls="prompt-panel"
            onClick={() => setTab(name)}
            className={cx(
              '-mb-px min-h-10 border-b-2 border-transparent px-3 font-medium text-soft hover:text-ink',
              tab === name && 'border-accent text-ink',
            )}
          >
            {m.tabs[name]}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="prompt-panel" aria-labelledby={`prompt-tab-${tab}`}>
        {tab === 'edit' ? (
          <PromptForm prompt={prompt} draft={draft} onDraft={setDraft} isReadOnly={!mayWrite} />
        ) : null}
        {tab === 'preview' ? <PromptPreview place={prompt} draft={draft} /> : null}
        {tab === 'history' ? <PromptHistory prompt={prompt} mayWrite={mayWrite} /> : null}
      </div>
    </Card>
  )
}
