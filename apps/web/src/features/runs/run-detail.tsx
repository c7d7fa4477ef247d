'use client'
import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { Run } from '../../api/shapes.ts'
import { ProductionResults } from '../productions/production-results.tsx'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { formatLength, formatMoment } from '../../ui/format.ts'
import { Card, Skeleton } from '../../ui/surface.tsx'
import { runMessages as m } from './messages.ts'
import { isActive, runQuery, useCancelRun, useRetryRun } from './run-queries.ts'
import { RunBadge, RunProgress } from './run-state.tsx'

/** One run: where it stands, what came out, what went wrong, and what can be done. */
export function RunDetail({ id }: { id: string }) {
  const query = useQuery(runQuery(id))
  const run = query.data
  return (
    <>
      <Button asChild look="ghost" size="sm" className="mb-3 -ml-2 lg:hidden">
        <Link href="/runs">
          <ArrowLeft /> {shellMessages.back}
        </Link>
      </Button>
      {query.error && !run ? <ProblemNote error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton className="h-72" /> : null}
      {run ? <RunCard run={run} /> : null}
    </>
  )
}

function RunCard({ run }: { run: Run }) {
  const cancel = useCancelRun()
  const retry = useRetryRun()
  return (
    <Card className="p-5 md:p-6" aria-label={run.title}>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight break-words">{run.title}</h1>
          <div className="mt-2 flex flex-wrap items-center gap-2">
            <RunBadge state={run.state} />
            {run.startedAt && run.finishedAt ? (
              <span className="text-sm text-faint tabular-nums">
                {m.took(formatLength(Date.parse(run.finishedAt) - Date.parse(run.startedAt)))}
              </span>
            ) : null}
          </div>
        </div>
        <div className="flex gap-2">
          {isActive(run) ? (
            <Button look="danger" busy={cancel.isPending} onClick={() => cancel.mutate(run)}>
              {cancel.isPending ? m.cancelling : m.cancel}
            </Button>
          ) : null}
          {run.state === 'failed' || run.state === 'cancelled' ? (
            <Button look="primary" busy={retry.isPending} onClick={() => retry.mutate(run)}>
              {m.retry}
            </Button>
          ) : null}
        </div>
      </div>

      {isActive(run) ? (
        <div className="mt-6">
          <RunProgress run={run} />
        </div>
      ) : null}
      {run.stuckSince ? <p className="mt-3 rounded-lg bg-warn-soft px-3 py-2 text-warn">{m.stuck}</p> : null}
      {run.error && run.state === 'failed' ? <ProblemNote error={run.error} className="mt-5" /> : null}

      <ProductionResults runId={run.id} />

      <dl className="mt-6 grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 border-t border-line pt-5 text-sm">
        <Fact name={m.created}>{formatMoment(run.createdAt)}</Fact>
        {run.startedAt ? <Fact name={m.started}>{formatMoment(run.startedAt)}</Fact> : null}
        {run.finishedAt ? <Fact name={m.finished}>{formatMoment(run.finishedAt)}</Fact> : null}
        <Fact name={m.id}>
          <span className="font-mono text-xs break-all select-all">{run.id}</span>
        </Fact>
      </dl>
    </Card>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0 tabular-nums">{children}</dd>
    </>
  )
}
