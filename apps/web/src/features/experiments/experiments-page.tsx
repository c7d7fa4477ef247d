'use client'
import { useInfiniteQuery } from '@tanstack/react-query'
import { ArrowLeft, FlaskConical, Plus } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { Experiment } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { MasterDetail } from '../../ui/master-detail.tsx'
import { Card, EmptyState, PageHead, Skeleton } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { ExperimentDetail } from './experiment-detail.tsx'
import { experimentsQuery } from './experiment-queries.ts'
import { experimentMessages as m } from './messages.ts'
import { NewExperimentForm } from './new-experiment-form.tsx'

const toneOf: Record<Experiment['state'], Tone> = { draft: 'neutral', running: 'accent', stopped: 'neutral' }

/** All experiments, and beside them the chosen one with its verdict. */
export function ExperimentsPage({ chosenKey }: { chosenKey?: string }) {
  const router = useRouter()
  const query = useInfiniteQuery(experimentsQuery)
  const mayWrite = useMay('experiments.write')
  const [isMaking, setMaking] = useState(false)
  const experiments = query.data?.pages.flatMap((page) => page.items) ?? []
  const isEmpty = query.isSuccess && experiments.length === 0 && !chosenKey
  const createButton = mayWrite ? (
    <Button look="primary" onClick={() => setMaking(true)}>
      <Plus /> {m.create}
    </Button>
  ) : null

  return (
    <>
      <div className={cx(chosenKey && 'max-lg:hidden')}>
        <PageHead title={m.title} lead={m.lead}>
          {isEmpty ? null : createButton}
        </PageHead>
      </div>
      {isEmpty ? (
        <EmptyState icon={<FlaskConical />} title={m.empty.title} body={m.empty.body}>
          {createButton}
        </EmptyState>
      ) : (
        <MasterDetail
          isChosen={chosenKey !== undefined}
          list={
            <>
              {query.error ? <ProblemNote error={query.error} onRetry={() => void query.refetch()} /> : null}
              {query.isPending ? <Skeleton className="h-64" /> : null}
              <ul className="flex flex-col gap-1">
                {experiments.map((each) => (
                  <ExperimentRow key={each.id} experiment={each} isChosen={each.key === chosenKey} />
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
            chosenKey ? (
              <>
                <Button asChild look="ghost" size="sm" className="mb-3 -ml-2 lg:hidden">
                  <Link href="/experiments">
                    <ArrowLeft /> {shellMessages.back}
                  </Link>
                </Button>
                <ExperimentDetail key={chosenKey} experimentKey={chosenKey} />
              </>
            ) : (
              <Card className="grid min-h-60 place-items-center p-8 text-faint">{m.select}</Card>
            )
          }
        />
      )}
      <Dialog open={isMaking} onOpenChange={setMaking} title={m.create} closeLabel={shellMessages.close}>
        <NewExperimentForm
          onMade={(key) => {
            setMaking(false)
            router.push(hrefs.experiment(key))
          }}
        />
      </Dialog>
    </>
  )
}

function ExperimentRow({ experiment, isChosen }: { experiment: Experiment; isChosen: boolean }) {
  return (
    <li>
      <Link
        href={hrefs.experiment(experiment.key)}
        scroll={false}
        aria-current={isChosen ? 'true' : undefined}
        className={cx(
          'block rounded-xl border border-transparent px-3 py-2.5 hover:bg-hover',
          isChosen && 'border-line bg-surface hover:bg-surface',
        )}
      >
        <span className="flex items-center justify-between gap-3">
          <span className="truncate font-medium">{experiment.title}</span>
          <Badge tone={toneOf[experiment.state]} pulse={experiment.state === 'running'}>
            {m.states[experiment.state]}
          </Badge>
        </span>
        <span className="mt-1 block truncate font-mono text-xs text-faint">{experiment.key}</span>
      </Link>
    </li>
  )
}
