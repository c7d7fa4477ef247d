'use client'
import { Film } from 'lucide-react'
import Link from 'next/link'
import type { Production } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { formatAgo } from '../../ui/format.ts'
import { ProgressBar } from '../../ui/progress.tsx'
import { runMessages } from '../runs/messages.ts'
import { isActive } from '../runs/run-queries.ts'
import { RunBadge } from '../runs/run-state.tsx'
import { productionMessages as m } from './messages.ts'

/** A production as a picture with its state; live while it is being made. */
export function ProductionCard({ production }: { production: Production }) {
  const active = isActive(production)
  const href =
    production.state === 'succeeded' ? hrefs.asset(production.assetId) : hrefs.run(production.runId)
  return (
    <Link
      href={href}
      className="group block overflow-hidden rounded-xl border border-line bg-surface transition-colors hover:border-line-strong"
    >
      <div className="relative grid aspect-video place-items-center overflow-hidden bg-sunken text-faint">
        {production.posterUrl ? (
          <img
            src={production.posterUrl}
            alt=""
            loading="lazy"
            className="size-full object-cover transition-transform duration-200 group-hover:scale-[1.02]"
          />
        ) : (
          <Film className="size-7" aria-hidden="true" />
        )}
        <span className="absolute top-2 left-2">
          <RunBadge state={production.state} />
        </span>
      </div>
      <div className="p-3.5">
        <h3 className="truncate font-medium">{production.title}</h3>
        {active ? (
          <>
            <p className="mt-0.5 flex justify-between gap-3 text-sm text-soft tabular-nums">
              <span className="truncate">{production.stageLabel ?? m.stageWaiting}</span>
              <span>{runMessages.percent(production.percent)}</span>
            </p>
            <ProgressBar
              label={runMessages.progressOf(production.title)}
              percent={production.percent}
              className="mt-2"
            />
          </>
        ) : (
          <p className="mt-0.5 truncate text-sm text-soft">{summary(production)}</p>
        )}
      </div>
    </Link>
  )
}

function summary(production: Production): string {
  if (production.state === 'failed' && production.error) return production.error.message
  const parts = [formatAgo(production.createdAt)]
  if (production.clips.length > 0) parts.push(m.clips(production.clips.length))
  if (production.drafts.length > 0) parts.push(m.drafts(production.drafts.length))
  return parts.join(' · ')
}
