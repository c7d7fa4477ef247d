'use client'
import { Film } from 'lucide-react'
import Link from 'next/link'
import type { Asset, Production } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, EmptyState } from '../../ui/surface.tsx'
import { useStartProduction } from '../productions/production-queries.ts'
import { isActive } from '../runs/run-queries.ts'
import { RunProgress } from '../runs/run-state.tsx'
import { mediaMessages } from './messages.ts'

const m = mediaMessages.notReady

/** Why a recording cannot be watched yet, and what to do about it. */
export function NotPlayable({ asset, production }: { asset: Asset; production?: Production }) {
  const start = useStartProduction()
  if (production && isActive(production)) {
    return (
      <Card className="p-6">
        <h2 className="mb-1 font-semibold">{m.title}</h2>
        <p className="mb-5 text-soft">{m.body}</p>
        <RunProgress run={production} />
        <Button asChild className="mt-2">
          <Link href={hrefs.run(production.runId)}>{m.openRun}</Link>
        </Button>
      </Card>
    )
  }
  return (
    <EmptyState icon={<Film />} title={m.title} body={production ? m.failed : m.none}>
      {production ? (
        <Button asChild look="primary">
          <Link href={hrefs.run(production.runId)}>{m.openRun}</Link>
        </Button>
      ) : (
        <Button look="primary" busy={start.isPending} onClick={() => start.mutate({ assetId: asset.id })}>
          {m.start}
        </Button>
      )}
      {start.error ? <ProblemNote error={start.error} className="mt-4 text-left" /> : null}
    </EmptyState>
  )
}
