'use client'
import { useQuery } from '@tanstack/react-query'
import { Play, Square } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { Experiment, ExperimentReport } from '../../api/shapes.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { formatAgo } from '../../ui/format.ts'
import { Card, Skeleton } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { DifferenceChart } from './difference-chart.tsx'
import { reportQuery, useStartExperiment, useStopExperiment } from './experiment-queries.ts'
import { experimentMessages as m } from './messages.ts'
import { MetricTable } from './metric-table.tsx'
import { pText } from './metric-words.ts'

const toneOf: Record<ExperimentReport['verdict']['kind'], Tone> = {
  notStarted: 'neutral',
  brokenSplit: 'bad',
  harmful: 'bad',
  tooEarly: 'neutral',
  winner: 'ok',
  controlWins: 'warn',
  noDifference: 'neutral',
  undecided: 'neutral',
}

/** One experiment: the verdict in words, then the chart and the numbers behind it. */
export function ExperimentDetail({ experimentKey }: { experimentKey: string }) {
  const query = useQuery(reportQuery(experimentKey))
  const report = query.data
  if (query.error && !report) {
    return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
  }
  if (!report) return <Skeleton className="h-96" />
  const { experiment, verdict, metrics, sampleRatio, days } = report
  const primary = metrics.find(({ metric }) => metric.role === 'primary')
  return (
    <Card className="flex flex-col gap-6 p-5 md:p-6" aria-label={experiment.title}>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="text-xl font-semibold break-words">{experiment.title}</h2>
          <p className="font-mono text-xs break-all text-faint">{experiment.key}</p>
          <p className="mt-1 text-sm text-soft">
            {[
              m.states[experiment.state],
              experiment.flagKey ? m.on(experiment.flagKey) : undefined,
              experiment.startedAt ? m.started(formatAgo(experiment.startedAt)) : undefined,
              experiment.startedAt ? m.days(days.toFixed(1)) : undefined,
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </div>
        <Actions experiment={experiment} />
      </div>
      <section aria-live="polite" className="rounded-xl border border-line bg-canvas p-4">
        <div className="flex flex-wrap items-center gap-3">
          <p className="text-lg font-semibold">{verdict.headline}</p>
          <Badge tone={toneOf[verdict.kind]}>{m.verdicts[verdict.kind]}</Badge>
        </div>
        {verdict.sentences.map((sentence) => (
          <p key={sentence} className="mt-1 text-soft">
            {sentence}
          </p>
        ))}
        {experiment.stopReason ? <p className="mt-1 text-soft">{experiment.stopReason}</p> : null}
        {sampleRatio && !sampleRatio.isMismatch && experiment.state !== 'draft' ? (
          <p className="mt-1 text-sm text-faint">{m.split(pText(sampleRatio.pValue))}</p>
        ) : null}
      </section>
      {primary && experiment.state !== 'draft' ? (
        <DifferenceChart experimentKey={experiment.key} metric={primary.metric} />
      ) : null}
      {experiment.state === 'draft'
        ? null
        : metrics.map((each) => <MetricTable key={each.metric.metric} {...each} />)}
    </Card>
  )
}

function Actions({ experiment }: { experiment: Experiment }) {
  const mayWrite = useMay('experiments.write')
  const start = useStartExperiment()
  const [isStopping, setStopping] = useState(false)
  if (!mayWrite || experiment.state === 'stopped') return null
  if (experiment.state === 'draft') {
    return (
      <Button look="primary" busy={start.isPending} onClick={() => start.mutate(experiment)}>
        <Play /> {m.start}
      </Button>
    )
  }
  return (
    <>
      <Button look="danger" onClick={() => setStopping(true)}>
        <Square /> {m.stop}
      </Button>
      <Dialog
        open={isStopping}
        onOpenChange={setStopping}
        title={m.stopTitle}
        closeLabel={shellMessages.close}
      >
        <StopForm experiment={experiment} onDone={() => setStopping(false)} />
      </Dialog>
    </>
  )
}

function StopForm({ experiment, onDone }: { experiment: Experiment; onDone: () => void }) {
  const stop = useStopExperiment(experiment)
  const mayFlags = useMay('flags.write')

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget)
    const winner = String(values.get('winner') ?? '')
    stop.mutate(
      { reason: String(values.get('reason')), ...(winner === '' ? {} : { winner }) },
      { onSuccess: onDone },
    )
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {stop.error ? <ProblemNote error={stop.error} /> : null}
      {experiment.flagKey && mayFlags ? (
        <SelectField label={m.winner} name="winner" defaultValue="">
          <option value="">{m.noWinner}</option>
          {experiment.variants.map(({ key }) => (
            <option key={key}>{key}</option>
          ))}
        </SelectField>
      ) : null}
      <TextField label={m.reason} name="reason" required maxLength={500} autoComplete="off" />
      <div className="flex justify-end">
        <Button type="submit" look="danger" busy={stop.isPending}>
          {m.stop}
        </Button>
      </div>
    </form>
  )
}
