'use client'
import { useQuery } from '@tanstack/react-query'
import { ArrowLeft, Download, Film, RotateCcw } from 'lucide-react'
import Link from 'next/link'
import type { ClipBatch } from '../../api/shapes.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { formatLength, formatMoment } from '../../ui/format.ts'
import { SteadyVideo } from '../../ui/steady-video.tsx'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { runQuery } from '../runs/run-queries.ts'
import { batchMessages as m } from './batch-messages.ts'
import {
  batchQuery,
  isUnderWay,
  stitchesOfQuery,
  useCancelBatch,
  useCancelClip,
  useJoinBatch,
  useRetryBatch,
} from './batch-queries.ts'
import { BatchProgress, batchTones } from './batch-state.tsx'
import { ClipCard, clipTones } from './clip-card.tsx'

/** One batch: how far it is, each of its clips, and what can be done. */
export function BatchDetail({ id }: { id: string }) {
  const query = useQuery(batchQuery(id))
  return (
    <>
      <Button asChild look="ghost" size="sm" className="mb-3 -ml-2 lg:hidden">
        <Link href="/batches">
          <ArrowLeft /> {shellMessages.back}
        </Link>
      </Button>
      {query.error && !query.data ? (
        <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.isPending ? <Skeleton className="h-72" /> : null}
      {query.data ? <BatchCard batch={query.data} /> : null}
    </>
  )
}

function BatchCard({ batch }: { batch: ClipBatch }) {
  const cancelClip = useCancelClip()
  const mayCut = useMay('clips.write')
  const { counts } = batch
  return (
    <>
      <Card className="p-5 md:p-6" aria-label={batch.name}>
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div className="min-w-0">
            <h1 className="text-xl font-semibold tracking-tight break-words">{batch.name}</h1>
            <p className="mt-2 flex flex-wrap items-center gap-2 text-sm text-soft tabular-nums">
              <Badge tone={batchTones[batch.state]} pulse={batch.state === 'processing'}>
                {m.states[batch.state]}
              </Badge>
              {m.ready(counts.processed, counts.total)}
              {counts.failed > 0 ? ` · ${m.failed(counts.failed)}` : ''} · {formatMoment(batch.createdAt)}
            </p>
          </div>
          {mayCut ? <BatchActions batch={batch} /> : null}
        </div>
        {isUnderWay(batch) ? <LiveStage batch={batch} /> : null}
        <JoinedFilm batchId={batch.id} />
      </Card>
      <section className="mt-6" aria-label={m.clips}>
        <SectionHead title={m.clips} />
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-4">
          {batch.clips.map((clip) => (
            <ClipCard
              key={clip.id}
              clip={clip}
              onCancel={mayCut && isUnderWay(clip) ? () => cancelClip.mutate(clip) : undefined}
            />
          ))}
        </ul>
      </section>
    </>
  )
}

function BatchActions({ batch }: { batch: ClipBatch }) {
  const cancel = useCancelBatch()
  const retry = useRetryBatch()
  const join = useJoinBatch()
  const { counts } = batch
  if (isUnderWay(batch)) {
    return (
      <Button look="danger" busy={cancel.isPending} onClick={() => cancel.mutate(batch)}>
        {m.cancel}
      </Button>
    )
  }
  return (
    <div className="flex flex-wrap gap-2">
      {counts.processed > 1 ? (
        <Button busy={join.isPending} onClick={() => join.mutate(batch)}>
          <Film /> {m.join}
        </Button>
      ) : null}
      {counts.failed + counts.cancelled > 0 ? (
        <Button look="primary" busy={retry.isPending} onClick={() => retry.mutate(batch)}>
          <RotateCcw /> {m.retry}
        </Button>
      ) : null}
    </div>
  )
}

function LiveStage({ batch }: { batch: ClipBatch }) {
  const run = useQuery(runQuery(batch.runId)).data
  return (
    <div className="mt-6">
      <p className="mb-2 flex justify-between gap-3 text-sm text-soft tabular-nums" aria-live="polite">
        <span>{run?.stageLabel ?? m.waiting}</span>
        <span>{m.percent(run?.percent ?? 0)}</span>
      </p>
      <BatchProgress batch={batch} />
    </div>
  )
}

/** The file that the clips of a batch were joined into, while it is made and after. */
function JoinedFilm({ batchId }: { batchId: string }) {
  const film = useQuery(stitchesOfQuery(batchId)).data?.items[0]
  if (!film) return null
  return (
    <section className="mt-6 border-t border-line pt-5" aria-label={m.film}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="font-medium">{m.film}</h2>
        <Badge tone={clipTones[film.state]} pulse={film.state === 'processing'}>
          {m.filmStates[film.state]}
        </Badge>
      </div>
      {film.error ? <ProblemNote error={film.error} className="mt-3" /> : null}
      {film.fileUrl && film.durationMs !== null ? (
        <>
          <SteadyVideo
            src={film.fileUrl}
            controls
            playsInline
            poster={film.thumbnailUrl ?? undefined}
            aria-label={film.name}
            className="mt-3 aspect-video w-full rounded-lg bg-black"
          />
          <p className="mt-3 flex flex-wrap items-center justify-between gap-2 text-sm text-soft tabular-nums">
            {m.filmFacts(film.parts.length, formatLength(film.durationMs))}
            <Button asChild size="sm">
              <a href={film.fileUrl} download>
                <Download /> {shellMessages.download}
              </a>
            </Button>
          </p>
        </>
      ) : null}
    </section>
  )
}
