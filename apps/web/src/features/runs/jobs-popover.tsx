'use client'
import { useQuery } from '@tanstack/react-query'
import { CircleDashed } from 'lucide-react'
import Link from 'next/link'
import { hrefs } from '../../shell/detail-id.ts'
import { Button } from '../../ui/button.tsx'
import { Popover } from '../../ui/menu.tsx'
import { runMessages as m } from './messages.ts'
import { isActive, recentRunsQuery } from './run-queries.ts'
import { RunProgress } from './run-state.tsx'

/** The top bar's view of what is running, with live progress. */
export function JobsPopover() {
  const runs = useQuery(recentRunsQuery)
  const active = (runs.data?.items ?? []).filter(isActive)
  const percent = active.length > 0 ? active.reduce((sum, run) => sum + run.percent, 0) / active.length : 0

  const trigger = (
    <Button
      look="ghost"
      aria-label={active.length > 0 ? m.jobs.count(active.length) : m.jobs.label}
      className="gap-2 px-2 tabular-nums"
    >
      {active.length > 0 ? <Ring percent={percent} /> : <CircleDashed aria-hidden="true" />}
      {active.length > 0 ? <span>{active.length}</span> : null}
    </Button>
  )

  return (
    <Popover trigger={trigger} label={m.jobs.label}>
      {active.length === 0 ? <p className="px-3 py-6 text-center text-soft">{m.jobs.none}</p> : null}
      <ul className="max-h-80 overflow-y-auto">
        {active.map((run) => (
          <li key={run.id}>
            <Link href={hrefs.run(run.id)} className="block rounded-lg px-3 py-2.5 hover:bg-hover">
              <span className="mb-1 block truncate font-medium">{run.title}</span>
              <RunProgress run={run} />
            </Link>
          </li>
        ))}
      </ul>
      <div className="mt-1 border-t border-line pt-1">
        <Button asChild look="ghost" size="sm" className="w-full">
          <Link href="/runs">{m.jobs.all}</Link>
        </Button>
      </div>
    </Popover>
  )
}

function Ring({ percent }: { percent: number }) {
  const length = 2 * Math.PI * 6.5
  return (
    <svg viewBox="0 0 16 16" className="-rotate-90" aria-hidden="true" fill="none" strokeWidth="2.5">
      <circle cx="8" cy="8" r="6.5" className="stroke-line-strong" />
      <circle
        cx="8"
        cy="8"
        r="6.5"
        className="stroke-accent-ink transition-[stroke-dashoffset] duration-200"
        strokeLinecap="round"
        strokeDasharray={length}
        strokeDashoffset={length * (1 - Math.max(0.04, percent / 100))}
      />
    </svg>
  )
}
