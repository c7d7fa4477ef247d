'use client'
import { useQuery } from '@tanstack/react-query'
import { ArrowLeft, Plus } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { Flag } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { shellMessages } from '../../shell/messages.ts'
import { NothingHere } from '../../shell/nothing-here.tsx'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { MasterDetail } from '../../ui/master-detail.tsx'
import { Card, PageHead, Skeleton } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { FlagBadge } from './flag-badge.tsx'
import { FlagDetail } from './flag-detail.tsx'
import { flagsQuery, staleFlagsQuery } from './flag-queries.ts'
import { flagMessages as m } from './messages.ts'
import { NewFlagForm } from './new-flag-form.tsx'

/** All flags, and beside them the chosen one. */
export function FlagsPage({ chosenKey }: { chosenKey?: string }) {
  const router = useRouter()
  const query = useQuery(flagsQuery)
  const stale = useQuery(staleFlagsQuery).data?.items ?? []
  const mayWrite = useMay('flags.write')
  const [isMaking, setMaking] = useState(false)
  const flags = query.data?.items ?? []
  const chosen = flags.find((flag) => flag.key === chosenKey)

  return (
    <>
      <div className={cx(chosenKey && 'max-lg:hidden')}>
        <PageHead title={m.title} lead={m.lead}>
          {mayWrite ? (
            <Button look="primary" onClick={() => setMaking(true)}>
              <Plus /> {m.create}
            </Button>
          ) : null}
        </PageHead>
      </div>
      <MasterDetail
        isChosen={chosenKey !== undefined}
        list={
          <>
            {query.error ? <ProblemNote error={query.error} onRetry={() => void query.refetch()} /> : null}
            {query.isPending ? <Skeleton className="h-64" /> : null}
            <ul className="flex flex-col gap-1">
              {flags.map((flag) => (
                <FlagRow key={flag.key} flag={flag} isChosen={flag.key === chosenKey} />
              ))}
            </ul>
            {stale.length > 0 ? (
              <Card className="mt-4 p-4">
                <p className="font-medium">{m.stale(stale.length)}</p>
                <p className="text-sm text-soft">{m.staleLead}</p>
                <ul className="mt-2 flex flex-col gap-1 text-sm text-soft">
                  {stale.map(({ key, because }) => (
                    <li key={key}>
                      <span className="font-mono text-ink">{key}</span>: {because}
                    </li>
                  ))}
                </ul>
              </Card>
            ) : null}
          </>
        }
        detail={
          <>
            {chosenKey ? (
              <Button asChild look="ghost" size="sm" className="mb-3 -ml-2 lg:hidden">
                <Link href="/flags">
                  <ArrowLeft /> {shellMessages.back}
                </Link>
              </Button>
            ) : null}
            {chosen ? (
              <FlagDetail key={chosen.key} flag={chosen} />
            ) : chosenKey && query.isSuccess ? (
              <NothingHere />
            ) : (
              <Card className="grid min-h-60 place-items-center p-8 text-faint">{m.select}</Card>
            )}
          </>
        }
      />
      <Dialog open={isMaking} onOpenChange={setMaking} title={m.create} closeLabel={shellMessages.close}>
        <NewFlagForm
          onMade={(key) => {
            setMaking(false)
            router.push(hrefs.flag(key))
          }}
        />
      </Dialog>
    </>
  )
}

function FlagRow({ flag, isChosen }: { flag: Flag; isChosen: boolean }) {
  return (
    <li>
      <Link
        href={hrefs.flag(flag.key)}
        scroll={false}
        aria-current={isChosen ? 'true' : undefined}
        className={cx(
          'block rounded-xl border border-transparent px-3 py-2.5 hover:bg-hover',
          isChosen && 'border-line bg-surface hover:bg-surface',
        )}
      >
        <span className="flex items-center justify-between gap-3">
          <span className="truncate font-medium">{flag.title}</span>
          <FlagBadge flag={flag} />
        </span>
        <span className="mt-1 block truncate font-mono text-xs text-faint">{flag.key}</span>
      </Link>
    </li>
  )
}
