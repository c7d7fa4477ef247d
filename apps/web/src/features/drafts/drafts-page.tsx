'use client'
import { useInfiniteQuery } from '@tanstack/react-query'
import { FileText, Plus } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import type { Draft } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { formatAgo } from '../../ui/format.ts'
import { LoadMore } from '../../ui/load-more.tsx'
import { MasterDetail } from '../../ui/master-detail.tsx'
import { Card, EmptyState, PageHead, Skeleton } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { DraftDetail } from './draft-detail.tsx'
import { draftsQuery, useCreateDraft } from './draft-queries.ts'
import { DraftBadge } from './draft-badge.tsx'
import { draftMessages as m } from './messages.ts'

/** All drafts, and beside them the chosen one. */
export function DraftsPage({ chosenId }: { chosenId?: string }) {
  const router = useRouter()
  const query = useInfiniteQuery(draftsQuery)
  const create = useCreateDraft()
  const mayWrite = useMay('drafts.write')
  const drafts = query.data?.pages.flatMap((page) => page.items) ?? []
  const isEmpty = query.isSuccess && drafts.length === 0 && !chosenId

  const createButton = mayWrite ? (
    <Button
      look={isEmpty ? 'secondary' : 'primary'}
      busy={create.isPending}
      onClick={() => create.mutate(m.untitled, { onSuccess: (draft) => router.push(hrefs.draft(draft.id)) })}
    >
      <Plus /> {m.create}
    </Button>
  ) : null

  return (
    <>
      <div className={cx(chosenId && 'max-lg:hidden')}>
        <PageHead title={m.title} lead={m.lead}>
          {isEmpty ? null : createButton}
        </PageHead>
      </div>
      {isEmpty ? (
        <EmptyState icon={<FileText />} title={m.empty.title} body={m.empty.body}>
          <Button asChild look="primary">
            <Link href="/?upload=1">{m.empty.upload}</Link>
          </Button>
          {createButton}
        </EmptyState>
      ) : (
        <MasterDetail
          isChosen={chosenId !== undefined}
          list={
            <>
              {query.error ? <ProblemNote error={query.error} onRetry={() => void query.refetch()} /> : null}
              {query.isPending ? <Skeleton className="h-64" /> : null}
              <ul className="flex flex-col gap-1">
                {drafts.map((draft) => (
                  <DraftRow key={draft.id} draft={draft} isChosen={draft.id === chosenId} />
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
              <DraftDetail key={chosenId} id={chosenId} />
            ) : (
              <Card className="grid min-h-60 place-items-center p-8 text-faint">{m.select}</Card>
            )
          }
        />
      )}
    </>
  )
}

function DraftRow({ draft, isChosen }: { draft: Draft; isChosen: boolean }) {
  return (
    <li className="[contain-intrinsic-size:auto_64px] [content-visibility:auto]">
      <Link
        href={hrefs.draft(draft.id)}
        scroll={false}
        aria-current={isChosen ? 'true' : undefined}
        className={cx(
          'block rounded-xl border border-transparent px-3 py-2.5 hover:bg-hover',
          isChosen && 'border-line bg-surface hover:bg-surface',
        )}
      >
        <span className="flex items-center justify-between gap-3">
          <span className="truncate font-medium">{draft.title}</span>
          <DraftBadge stage={draft.stage} />
        </span>
        <span className="mt-1 flex justify-between gap-3 text-sm text-faint">
          <span className="truncate">{draft.body}</span>
          <span className="shrink-0">{formatAgo(draft.updatedAt)}</span>
        </span>
      </Link>
    </li>
  )
}
