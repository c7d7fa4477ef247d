'use client'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Layers } from 'lucide-react'
import Link from 'next/link'
import type { ClipBatchSummary } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge } from '../../ui/badge.tsx'
import { cx } from '../../ui/cx.ts'
import { formatAgo } from '../../ui/format.ts'
import { LoadMore } from '../../ui/load-more.tsx'
import { MasterDetail } from '../../ui/master-detail.tsx'
import { Card, EmptyState, PageHead, Skeleton } from '../../ui/surface.tsx'
import { BatchDetail } from './batch-detail.tsx'
import { batchMessages as m } from './batch-messages.ts'
import { batchesQuery, isUnderWay } from './batch-queries.ts'
import { BatchProgress, batchTones } from './batch-state.tsx'
import { RulesSection } from './rules-section.tsx'

/** All batches, beside them the chosen one, and the rules that start them. */
export function BatchesPage({ chosenId }: { chosenId?: string }) {
  const query = useInfiniteQuery(batchesQuery)
  const batches = query.data?.pages.flatMap((page) => page.items) ?? []
  const isEmpty = query.isSuccess && batches.length === 0 && !chosenId
  return (
    <>
      <div className={cx(chosenId && 'max-lg:hidden')}>
        <PageHead title={m.title} lead={m.lead} />
      </div>
      {isEmpty ? (
        <EmptyState icon={<Layers />} title={m.empty.title} body={m.empty.body} />
      ) : (
        <MasterDetail
          isChosen={chosenId !== undefined}
          list={
            <>
              {query.error ? <ProblemNote error={query.error} onRetry={() => void query.refetch()} /> : null}
              {query.isPending ? <Skeleton className="h-40" /> : null}
              <ul className="flex flex-col gap-1">
                {batches.map((batch) => (
                  <BatchRow key={batch.id} batch={batch} isChosen={batch.id === chosenId} />
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
              <BatchDetail id={chosenId} />
            ) : (
              <Card className="grid min-h-60 place-items-center p-8 text-faint">{m.select}</Card>
            )
          }
        />
      )}
      <div className={cx('mt-10', chosenId && 'max-lg:hidden')}>
        <RulesSection />
      </div>
    </>
  )
}

function BatchRow({ batch, isChosen }: { batch: ClipBatchSummary; isChosen: boolean }) {
  const { counts } = batch
  return (
    <li className="[contain-intrinsic-size:auto_64px] [content-visibility:auto]">
      <Link
        href={hrefs.batch(batch.id)}
        scroll={false}
        aria-current={isChosen ? 'true' : undefined}
        className={cx(
          'block rounded-xl border border-transparent px-3 py-2.5 hover:bg-hover',
          isChosen && 'border-line bg-surface hover:bg-surface',
        )}
      >
        <span className="flex items-center justify-between gap-3">
          <span className="truncate font-medium">{batch.name}</span>
          <Badge tone={batchTones[batch.state]} pulse={batch.state === 'processing'}>
            {m.states[batch.state]}
          </Badge>
        </span>
        <span className="mt-1 flex items-center justify-between gap-3 text-sm text-faint tabular-nums">
          <span>
            {m.ready(counts.processed, counts.total)}
            {counts.failed > 0 ? ` · ${m.failed(counts.failed)}` : ''}
          </span>
          <span>{formatAgo(batch.createdAt)}</span>
        </span>
        {isUnderWay(batch) ? <BatchProgress batch={batch} className="mt-2" /> : null}
      </Link>
    </li>
  )
}
