'use client'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Activity } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import type { Run } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { SelectField } from '../../ui/field.tsx'
import { formatAgo } from '../../ui/format.ts'
import { LoadMore } from '../../ui/load-more.tsx'
import { MasterDetail } from '../../ui/master-detail.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { Card, EmptyState, PageHead, Skeleton } from '../../ui/surface.tsx'
import { runMessages as m } from './messages.ts'
import { RunDetail } from './run-detail.tsx'
import { isActive, type RunState, runsQuery } from './run-queries.ts'
import { RunBadge } from './run-state.tsx'

const states: RunState[] = ['queued', 'running', 'succeeded', 'failed', 'cancelled']

/** All runs, and beside them the chosen one. */
export function RunsPage({ chosenId }: { chosenId?: string }) {
  const [state, setState] = useState<RunState>()
  const query = useInfiniteQuery(runsQuery(state))
  const runs = query.data?.pages.flatMap((page) => page.items) ?? []
  const isEmpty = query.isSuccess && runs.length === 0

  if (isEmpty && state === undefined && !chosenId) {
    return (
      <>
        <PageHead title={m.title} lead={m.lead} />
        <EmptyState icon={<Activity />} title={m.empty.title} body={m.empty.body}>
          <Button asChild look="primary">
            <Link href="/?upload=1">{m.empty.action}</Link>
          </Button>
        </EmptyState>
      </>
    )
  }

  return (
    <>
      <div className={cx(chosenId && 'max-lg:hidden')}>
        <PageHead title={m.title} lead={m.lead}>
          <SelectField
            label={m.filter}
            hideLabel
            value={state ?? ''}
            onChange={(event) => setState(states.find((one) => one === event.target.value))}
            className="w-36"
          >
            <option value="">{m.all}</option>
            {states.map((one) => (
              <option key={one} value={one}>
                {m.states[one]}
              </option>
            ))}
          </SelectField>
        </PageHead>
      </div>
      <MasterDetail
        isChosen={chosenId !== undefined}
        list={
          <>
            {query.error ? <ProblemNote error={query.error} onRetry={() => void query.refetch()} /> : null}
            {query.isPending ? <ListSkeleton /> : null}
            {isEmpty ? <p className="py-6 text-soft">{m.emptyFiltered}</p> : null}
            <ul className="flex flex-col gap-1">
              {runs.map((run) => (
                <RunRow key={run.id} run={run} isChosen={run.id === chosenId} />
              ))}
            </ul>
            <LoadMore
              hasMore={query.hasNextPage}
              isLoading={query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage()}
              label={shellMessages.loadMore}
            />
          </>
        }
        detail={
          chosenId ? (
            <RunDetail id={chosenId} />
          ) : (
            <Card className="grid min-h-60 place-items-center p-8 text-faint">{m.select}</Card>
          )
        }
      />
    </>
  )
}

function RunRow({ run, isChosen }: { run: Run; isChosen: boolean }) {
  return (
    <li className="[contain-intrinsic-size:auto_64px] [content-visibility:auto]">
      <Link
        href={hrefs.run(run.id)}
        scroll={false}
        aria-current={isChosen ? 'true' : undefined}
        className={cx(
          'block rounded-xl border border-transparent px-3 py-2.5 hover:bg-hover',
          isChosen && 'border-line bg-surface hover:bg-surface',
        )}
      >
        <span className="flex items-center justify-between gap-3">
          <span className="truncate font-medium">{run.title}</span>
          <RunBadge state={run.state} />
        </span>
        <span className="mt-1 flex items-center justify-between gap-3 text-sm text-faint tabular-nums">
          <span className="truncate">
            {isActive(run) ? (run.stageLabel ?? m.waiting) : formatAgo(run.createdAt)}
          </span>
          {isActive(run) ? <span>{m.percent(run.percent)}</span> : null}
        </span>
        {isActive(run) ? (
          <ProgressBar label={m.progressOf(run.title)} percent={run.percent} className="mt-2" />
        ) : null}
      </Link>
    </li>
  )
}

function ListSkeleton() {
  return (
    <div className="flex flex-col gap-2">
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} className="h-16" />
      ))}
    </div>
  )
}
