'use client'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Clapperboard, Upload } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { LoadMore } from '../../ui/load-more.tsx'
import { EmptyState, PageHead, Skeleton } from '../../ui/surface.tsx'
import { postersQuery } from '../productions/production-queries.ts'
import { AssetCard } from './asset-card.tsx'
import { assetsQuery } from './asset-queries.ts'
import { assetMessages as m } from './messages.ts'

const kinds = ['recording', 'clip', 'all'] as const
type Kind = (typeof kinds)[number]

/** Everything stored, as pictures. */
export function AssetsPage() {
  const [kind, setKind] = useState<Kind>('recording')
  const query = useInfiniteQuery(assetsQuery(kind === 'all' ? undefined : kind))
  const posters = useQuery(postersQuery).data
  const assets = query.data?.pages.flatMap((page) => page.items) ?? []
  const isEmpty = query.isSuccess && assets.length === 0

  return (
    <>
      <PageHead title={m.title} lead={m.lead}>
        <KindTabs chosen={kind} onChoose={setKind} />
        <Button asChild look="primary">
          <Link href="/?upload=1">
            <Upload /> {m.upload}
          </Link>
        </Button>
      </PageHead>
      {query.error ? <ProblemNote error={query.error} onRetry={() => void query.refetch()} /> : null}
      {isEmpty && kind !== 'clip' ? (
        <EmptyState icon={<Clapperboard />} title={m.empty.title} body={m.empty.body}>
          <Button asChild look="primary">
            <Link href="/?upload=1">{m.empty.action}</Link>
          </Button>
        </EmptyState>
      ) : null}
      {isEmpty && kind === 'clip' ? <p className="text-soft">{m.noneOfKind}</p> : null}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(14rem,100%),1fr))] gap-4">
        {query.isPending
          ? [0, 1, 2, 3, 4, 5].map((card) => (
              <li key={card}>
                <Skeleton className="h-52" />
              </li>
            ))
          : assets.map((asset) => <AssetCard key={asset.id} asset={asset} poster={posters?.get(asset.id)} />)}
      </ul>
      <LoadMore
        hasMore={query.hasNextPage}
        isLoading={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
        label={shellMessages.loadMore}
      />
    </>
  )
}

function KindTabs({ chosen, onChoose }: { chosen: Kind; onChoose: (kind: Kind) => void }) {
  return (
    <div role="group" aria-label={m.show} className="flex rounded-lg border border-line bg-surface p-0.5">
      {kinds.map((kind) => (
        <button
          key={kind}
          type="button"
          aria-pressed={kind === chosen}
          onClick={() => onChoose(kind)}
          className={cx(
            'h-8 rounded-md px-3 text-sm font-medium text-soft transition-colors hover:text-ink max-md:h-9.5',
            kind === chosen && 'bg-accent-soft text-accent-ink hover:text-accent-ink',
          )}
        >
          {kind === 'all' ? m.kinds.all : kind === 'clip' ? m.kinds.clip : m.kinds.recording}
        </button>
      ))}
    </div>
  )
}
