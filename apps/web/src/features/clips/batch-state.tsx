'use client'
import { useQuery } from '@tanstack/react-query'
import type { ClipBatchSummary } from '../../api/shapes.ts'
import type { Tone } from '../../ui/badge.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { runQuery } from '../runs/run-queries.ts'
import { batchMessages as m } from './batch-messages.ts'

export const batchTones: Record<ClipBatchSummary['state'], Tone> = {
  queued: 'neutral',
  processing: 'accent',
  processed: 'ok',
  partial: 'warn',
  failed: 'bad',
  cancelled: 'neutral',
}

/** The bar of a batch, moved by the events of its run. */
export function BatchProgress({
  batch,
  className,
}: {
  batch: Pick<ClipBatchSummary, 'runId' | 'name'>
  className?: string
}) {
  const run = useQuery(runQuery(batch.runId)).data
  return <ProgressBar label={m.progressOf(batch.name)} percent={run?.percent} className={className} />
}
