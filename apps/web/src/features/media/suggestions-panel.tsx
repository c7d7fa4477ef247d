'use client'
import { useQuery } from '@tanstack/react-query'
import { Check, RotateCcw, Scissors, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import type { EditSuggestions } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { formatLength, formatTime } from '../../ui/format.ts'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { useMay } from '../identity/session.ts'
import { suggestionMessages as m } from './edit-messages.ts'
import {
  type Decision,
  suggestionsQuery,
  useDecideSuggestions,
  useRenderTightCut,
} from './suggestion-queries.ts'

type Item = EditSuggestions['items'][number]
type PanelProps = { assetId: string; onSeek: (timeMs: number) => void }

/** What could be edited, to accept or reject; what is accepted becomes the tight cut. */
export function SuggestionsPanel({ assetId, onSeek }: PanelProps) {
  const router = useRouter()
  const found = useQuery(suggestionsQuery(assetId))
  const decide = useDecideSuggestions(assetId)
  const mayDecide = useMay('media.write')
  const mayCut = useMay('clips.write')
  const render = useRenderTightCut(assetId, (runId) =>
    toast(m.rendering, {
      action: { label: m.followRun, onClick: () => router.push(`/runs?id=${runId}`) },
    }),
  )
  const list = found.data
  const items = list?.items ?? []
  const hasAccepted = items.some(({ decision }) => decision === 'accepted')
  const hasOpen = items.some(({ decision, confidence }) => decision === 'open' && confidence >= 0.8)

  return (
    <section className="mt-8" aria-label={m.title}>
      <SectionHead title={m.title} className="flex-wrap">
        <div className="flex flex-wrap gap-2">
          {mayDecide && hasOpen ? (
            <Button size="sm" onClick={() => decide.mutate({ decision: 'accepted', minConfidence: 0.8 })}>
              <Check /> {m.acceptSure}
            </Button>
          ) : null}
          {mayCut && hasAccepted ? (
            <Button size="sm" look="primary" busy={render.isPending} onClick={() => render.mutate()}>
              <Scissors /> {m.render}
            </Button>
          ) : null}
        </div>
      </SectionHead>
      {found.error ? <ProblemNote error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isPending ? <Skeleton className="h-32" /> : null}
      {list ? (
        <Card className="overflow-hidden">
          {items.length === 0 ? <p className="px-4 py-6 text-center text-soft">{m.none}</p> : null}
          {items.length > 0 ? (
            // Scrolls by itself: a long recording has hundreds of them.
            <ul className="max-h-96 divide-y divide-line overflow-y-auto" aria-label={m.list} tabIndex={0}>
              {items.map((item) => (
                <SuggestionRow
                  key={item.id}
                  item={item}
                  onSeek={onSeek}
                  onDecide={
                    mayDecide
                      ? (decision) => decide.mutate({ decision, suggestionIds: [item.id] })
                      : undefined
                  }
                />
              ))}
            </ul>
          ) : null}
          <p className="flex flex-wrap justify-between gap-x-4 border-t border-line px-4 py-2.5 text-sm text-soft tabular-nums">
            <span>{list.transcriptId ? m.withWords : m.withoutWords}</span>
            {hasAccepted ? (
              <span>{m.length(formatLength(list.cutMs), formatLength(list.durationMs))}</span>
            ) : null}
          </p>
        </Card>
      ) : null}
    </section>
  )
}

type RowProps = { item: Item; onSeek: (timeMs: number) => void; onDecide?: (decision: Decision) => void }

function SuggestionRow({ item, onSeek, onDecide }: RowProps) {
  const { kind, startMs, reason, confidence, decision, effect } = item
  const time = formatTime(startMs)
  const name = m.kinds[kind]
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-2">
      <Button
        look="ghost"
        size="sm"
        className="w-16 px-1 font-mono tabular-nums"
        aria-label={m.show(time)}
        onClick={() => onSeek(startMs)}
      >
        {time}
      </Button>
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {name}
          {decision === 'accepted' ? <Badge tone="ok">{m.accepted}</Badge> : null}
          {decision === 'rejected' ? <Badge>{m.rejected}</Badge> : null}
        </p>
        <p className="text-sm break-words text-soft">
          {reason} <span className="text-faint">{m.sure(Math.round(confidence * 100))}</span>
          {decision === 'accepted' ? <span className="text-faint"> · {m.effects[effect]}</span> : null}
        </p>
      </div>
      {onDecide ? (
        <div className="flex gap-1">
          {decision === 'open' ? (
            <>
              <IconButton size="sm" label={m.acceptOf(name, time)} onClick={() => onDecide('accepted')}>
                <Check />
              </IconButton>
              <IconButton
                size="sm"
                look="ghost"
                label={m.rejectOf(name, time)}
                onClick={() => onDecide('rejected')}
              >
                <X />
              </IconButton>
            </>
          ) : (
            <IconButton
              size="sm"
              look="ghost"
              label={m.reopenOf(name, time)}
              onClick={() => onDecide('open')}
            >
              <RotateCcw />
            </IconButton>
          )}
        </div>
      ) : null}
    </li>
  )
}
