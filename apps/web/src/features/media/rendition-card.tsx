'use client'
import { useQuery } from '@tanstack/react-query'
import { Download, Trash2 } from 'lucide-react'
import type { Rendition } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { formatBytes } from '../../ui/format.ts'
import { runQuery } from '../runs/run-queries.ts'
import { RunProgress } from '../runs/run-state.tsx'
import { renditionMessages as m } from './rendition-messages.ts'

const toneOf: Record<Rendition['state'], Tone> = {
  queued: 'neutral',
  processing: 'accent',
  processed: 'ok',
  failed: 'bad',
  cancelled: 'neutral',
}

type RenditionCardProps = { rendition: Rendition; title: string; onDelete?: () => void }

/** One file: how far it is, what it turned out to be, how near to its source, and the download. */
export function RenditionCard({ rendition, title, onDelete }: RenditionCardProps) {
  const { state, report, error, fileUrl, sizeBytes } = rendition
  const isMoving = state === 'queued' || state === 'processing'
  return (
    <li className="flex flex-col gap-2 rounded-xl border border-line bg-surface p-4">
      <div className="flex items-center justify-between gap-2">
        <h3 className="min-w-0 font-medium break-words">{title}</h3>
        <Badge tone={toneOf[state]} pulse={state === 'processing'}>
          {m.states[state]}
        </Badge>
      </div>
      {isMoving && rendition.runId ? <Progress runId={rendition.runId} /> : null}
      {error ? <ProblemNote error={error} /> : null}
      {report ? <Facts report={report} sizeBytes={sizeBytes} /> : null}
      <div className="mt-auto flex items-center justify-between gap-2">
        {fileUrl ? (
          <Button asChild size="sm">
            <a href={fileUrl} download>
              <Download /> {m.download}
            </a>
          </Button>
        ) : (
          <span />
        )}
        {onDelete ? (
          <IconButton label={m.deleteNamed(title)} onClick={onDelete}>
            <Trash2 />
          </IconButton>
        ) : null}
      </div>
    </li>
  )
}

function Progress({ runId }: { runId: string }) {
  const run = useQuery(runQuery(runId)).data
  return run ? <RunProgress run={run} /> : null
}

function Facts({
  report,
  sizeBytes,
}: {
  report: NonNullable<Rendition['report']>
  sizeBytes: number | null
}) {
  const { quality, loudness } = report
  const lines = [
    [m.facts(report.width, report.height, report.codec), sizeBytes ? formatBytes(sizeBytes) : undefined]
      .filter(Boolean)
      .join(' · '),
    quality.metric === 'identical' ? m.quality.identical : m.quality.score(quality.metric, quality.score),
    loudness ? m.loudness(loudness.before.integratedLufs, loudness.after.integratedLufs) : undefined,
  ].filter((line) => line !== undefined)
  return (
    <div className="text-sm text-soft tabular-nums">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {report.notes.length > 0 ? (
        <details className="mt-1">
          <summary className="min-h-8 cursor-pointer content-center hover:text-ink max-md:min-h-10">
            {m.details}
          </summary>
          <ul className="ml-2.5 list-disc space-y-0.5 pl-4 marker:text-faint">
            {report.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  )
}
