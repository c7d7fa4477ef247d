'use client'
import { useQuery } from '@tanstack/react-query'
import { HeartPulse } from 'lucide-react'
import { useState } from 'react'
import type { Model } from '../../api/shapes.ts'
import { ProblemNote, problemText } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { CheckField } from '../../ui/field.tsx'
import { Card, PageHead, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { useMay } from '../identity/session.ts'
import { modelMessages as m } from './messages.ts'
import { ModelRow } from './model-row.tsx'
import { modelsQuery, useCheckModels } from './model-queries.ts'
import { TryPanel } from './try-panel.tsx'

const kinds = ['text', 'speech', 'transcription', 'embedding', 'video'] as const

/** The registry with health, latency, cost and breakers, and a place to try a model. */
export function ModelsPage() {
  const models = useQuery(modelsQuery)
  const mayTry = useMay('models.write')
  const check = useCheckModels(() => toast.success(m.checked))
  const [isAll, setIsAll] = useState(false)
  const items = models.data?.items ?? []
  const shown = items.filter((model) => isAll || (model.isConfigured && !model.isRetired))
  const usable = items.filter((model) => model.kind === 'text' && model.isConfigured && !model.isRetired)

  return (
    <>
      <PageHead title={m.title} lead={m.lead}>
        {mayTry ? (
          <Button
            busy={check.isPending}
            onClick={() => check.mutate(undefined, { onError: (error) => toast.error(problemText(error)) })}
          >
            <HeartPulse /> {m.check}
          </Button>
        ) : null}
      </PageHead>
      {models.error ? <ProblemNote error={models.error} onRetry={() => void models.refetch()} /> : null}
      {models.isPending ? <Skeleton className="h-64" /> : null}
      <div className="flex flex-col gap-8">
        <div>
          <CheckField
            label={m.showAll}
            checked={isAll}
            onChange={(event) => setIsAll(event.target.checked)}
          />
        </div>
        {kinds.map((kind) => (
          <KindSection key={kind} kind={kind} models={shown.filter((model) => model.kind === kind)} />
        ))}
        {mayTry ? <TryPanel models={usable} /> : null}
      </div>
    </>
  )
}

function KindSection({ kind, models }: { kind: (typeof kinds)[number]; models: readonly Model[] }) {
  if (models.length === 0) return null
  const { model, state, ...numbers } = m.columns
  return (
    <section>
      <SectionHead title={m.kinds[kind]} />
      <Card className="overflow-x-auto" tabIndex={0} role="region" aria-label={m.kinds[kind]}>
        <table className="w-full text-sm">
          <thead className="text-soft">
            <tr>
              <th scope="col" className="px-4 py-2 text-left font-medium">
                {model}
              </th>
              <th scope="col" className="px-3 py-2 text-left font-medium">
                {state}
              </th>
              {Object.values(numbers).map((name) => (
                <th key={name} scope="col" className="px-3 py-2 text-right font-medium whitespace-nowrap">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {models.map((one) => (
              <ModelRow key={one.id} model={one} />
            ))}
          </tbody>
        </table>
      </Card>
    </section>
  )
}
