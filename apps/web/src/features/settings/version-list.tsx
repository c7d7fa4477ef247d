'use client'
import { Button } from '../../ui/button.tsx'
import { formatMoment } from '../../ui/format.ts'
import { Skeleton } from '../../ui/surface.tsx'
import { settingsMessages } from './messages.ts'

const m = settingsMessages.workspace

export type VersionItem = {
  id: string
  version: number
  title: string
  note?: string | undefined
  diff: string[]
  reason: string
  changedBy: string
  changedAt: string
  canComeBack: boolean
}

type Props = {
  items: VersionItem[]
  isPending: boolean
  isBusy: boolean
  empty: string
  onBringBack: (version: number) => void
}

/** Versions, newest first, each with who, when, why and what changed. */
export function VersionList({ items, isPending, isBusy, empty, onBringBack }: Props) {
  if (isPending) return <Skeleton className="h-32" />
  if (items.length === 0) return <p className="text-soft">{empty}</p>
  return (
    <ol className="divide-y divide-line">
      {items.map((item) => (
        <li key={item.id} className="flex items-start justify-between gap-4 py-3">
          <div className="min-w-0">
            <p className="font-medium break-words">
              {item.title}
              {item.note ? <span className="ml-2 font-normal text-soft">{item.note}</span> : null}
            </p>
            <p className="text-sm break-words text-soft">{item.reason}</p>
            <ul className="mt-1 font-mono text-xs break-words text-soft">
              {item.diff.slice(0, 8).map((line) => (
                <li key={line} className={line.startsWith('+') ? 'text-ok' : 'text-bad'}>
                  {line}
                </li>
              ))}
            </ul>
            <p className="mt-1 text-xs break-all text-faint">
              {formatMoment(item.changedAt)} · {item.changedBy}
            </p>
          </div>
          {item.canComeBack ? (
            <Button
              size="sm"
              busy={isBusy}
              aria-label={m.rollBackTo(item.version)}
              onClick={() => onBringBack(item.version)}
            >
              {m.rollBack}
            </Button>
          ) : null}
        </li>
      ))}
    </ol>
  )
}
