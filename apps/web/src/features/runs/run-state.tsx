'use client'
import { useEffect, useState } from 'react'
import type { Run } from '../../api/shapes.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { formatLength } from '../../ui/format.ts'
import { ProgressBar } from '../../ui/progress.tsx'
import { runMessages as m } from './messages.ts'
import type { RunState } from './run-queries.ts'

const toneOf: Record<RunState, Tone> = {
  queued: 'neutral',
  running: 'accent',
  succeeded: 'ok',
  failed: 'bad',
  cancelled: 'neutral',
}

/** The word and colour of a run's state, the same everywhere. */
export function RunBadge({ state }: { state: RunState }) {
  return (
    <Badge tone={toneOf[state]} pulse={state === 'running'}>
      {m.states[state]}
    </Badge>
  )
}

type Moving = Pick<Run, 'title' | 'state' | 'percent' | 'stageLabel'> & { startedAt?: string | null }

/** Stage, percent, time left and the bar of a run that is under way. */
export function RunProgress({ run }: { run: Moving }) {
  const leftMs = useTimeLeft(run)
  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between gap-3 text-sm text-soft">
        <span className="truncate">{run.state === 'queued' ? m.waiting : run.stageLabel}</span>
        <span className="shrink-0 tabular-nums">{m.percent(run.percent)}</span>
      </div>
      <ProgressBar label={m.progressOf(run.title)} percent={run.percent} />
      <p className="mt-1.5 min-h-4.5 text-xs text-faint tabular-nums">
        {leftMs === undefined ? '' : m.timeLeft(formatLength(leftMs))}
      </p>
    </div>
  )
}

/** What is left at the pace so far; undefined until a tenth is done, since a guess before that only jumps. */
function useTimeLeft(run: Moving): number | undefined {
  const [nowMs, setNowMs] = useState<number>()
  useEffect(() => setNowMs(Date.now()), [run.percent])
  if (run.state !== 'running' || !run.startedAt || nowMs === undefined || run.percent < 10) return undefined
  const elapsedMs = nowMs - new Date(run.startedAt).getTime()
  return Math.max(1000, (elapsedMs * (100 - run.percent)) / run.percent)
}
