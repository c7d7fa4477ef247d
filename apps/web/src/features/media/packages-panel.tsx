'use client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { CheckField } from '../../ui/field.tsx'
import { formatBytes } from '../../ui/format.ts'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { isActive, runQuery } from '../runs/run-queries.ts'
import { RunProgress } from '../runs/run-state.tsx'
import { packageMessages as m } from './package-messages.ts'
import { packagesOfQuery, useStartPackage } from './package-queries.ts'

/** The streaming packages of a recording, and a way to make another: encrypted, or with every size. */
export function PackagesPanel({ assetId }: { assetId: string }) {
  const packages = useQuery(packagesOfQuery(assetId))
  const mayMake = useMay('media.write')
  const items = packages.data?.items ?? []
  return (
    <section className="mt-8" aria-label={m.title}>
      <SectionHead title={m.title} />
      {mayMake ? <PackageBar assetId={assetId} /> : null}
      {packages.error ? <ProblemNote error={packages.error} onRetry={() => void packages.refetch()} /> : null}
      {packages.isPending ? <Skeleton className="h-16" /> : null}
      {packages.isSuccess && items.length === 0 ? <p className="text-soft">{m.empty}</p> : null}
      <ul className="flex flex-col gap-3">
        {items.map((made) => (
          <li key={made.packageHash} className="rounded-xl border border-line bg-surface p-4">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <p className="font-medium tabular-nums">
                {made.renditions.map(({ name }) => name).join(' · ')}
                <span className="ml-2 text-sm font-normal text-soft">{formatBytes(made.sizeBytes)}</span>
              </p>
              {made.encrypted ? <Badge tone="accent">{m.locked}</Badge> : null}
            </div>
            {made.captions.length > 0 ? (
              <p className="text-sm text-soft">{m.captions(made.captions.join(', '))}</p>
            ) : null}
            <p className="mt-2 flex flex-wrap gap-x-4 gap-y-2">
              <Button asChild size="sm">
                <a href={made.hlsUrl}>{m.hls}</a>
              </Button>
              {made.dashUrl ? (
                <Button asChild size="sm">
                  <a href={made.dashUrl}>{m.dash}</a>
                </Button>
              ) : null}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function PackageBar({ assetId }: { assetId: string }) {
  const [encrypted, setEncrypted] = useState(false)
  const [allSizes, setAllSizes] = useState(false)
  const start = useStartPackage(assetId)
  const runId = start.data?.runId
  return (
    <Card className="mb-4 p-4">
      <p className="mb-3 text-sm text-soft">{m.lead}</p>
      <form
        className="flex flex-wrap items-center gap-x-5 gap-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (!start.isPending) start.mutate({ encrypted, sizes: allSizes ? 'all' : 'few' })
        }}
      >
        <CheckField
          label={m.encrypted}
          checked={encrypted}
          onChange={(event) => setEncrypted(event.target.checked)}
        />
        <CheckField
          label={m.allSizes}
          checked={allSizes}
          onChange={(event) => setAllSizes(event.target.checked)}
        />
        <Button type="submit" busy={start.isPending}>
          {m.make}
        </Button>
      </form>
      {runId ? <Making runId={runId} /> : null}
    </Card>
  )
}

function Making({ runId }: { runId: string }) {
  const run = useQuery(runQuery(runId)).data
  if (run?.error) return <ProblemNote error={run.error} className="mt-3" />
  return run && isActive(run) ? (
    <div className="mt-3">
      <RunProgress run={run} />
    </div>
  ) : null
}
