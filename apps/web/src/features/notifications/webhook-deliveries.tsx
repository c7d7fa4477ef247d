'use client'
import { useQuery } from '@tanstack/react-query'
import type { WebhookDelivery } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { formatAgo } from '../../ui/format.ts'
import { Skeleton } from '../../ui/surface.tsx'
import { webhookMessages as m } from './messages.ts'
import { deliveriesQuery, useReplay } from './webhook-queries.ts'

const tones: Record<WebhookDelivery['state'], Tone> = { pending: 'accent', delivered: 'ok', failed: 'bad' }

/** What was sent to a webhook, with what came of it. */
export function WebhookDeliveries({ webhookId, mayWrite }: { webhookId: string; mayWrite: boolean }) {
  const deliveries = useQuery(deliveriesQuery(webhookId))
  const replay = useReplay(webhookId)
  const items = deliveries.data?.items ?? []

  if (deliveries.error) return <ProblemNote error={deliveries.error} />
  if (deliveries.isPending) return <Skeleton className="h-32" />
  if (items.length === 0) return <p className="text-soft">{m.noDeliveries}</p>
  return (
    <ul className="max-h-96 divide-y divide-line overflow-y-auto" tabIndex={0}>
      {items.map((delivery) => (
        <li key={delivery.id} className="flex flex-wrap items-center gap-3 py-3 pr-2">
          <div className="min-w-0 flex-1">
            <p className="truncate font-medium">{delivery.type}</p>
            <p className="truncate text-sm text-soft">{lineOf(delivery)}</p>
          </div>
          <Badge tone={tones[delivery.state]} pulse={delivery.state === 'pending'}>
            {m.states[delivery.state]}
          </Badge>
          {mayWrite && delivery.state !== 'pending' ? (
            <Button size="sm" onClick={() => replay.mutate(delivery.id)}>
              {m.replay}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

function lineOf({ createdAt, attempts }: WebhookDelivery): string {
  const last = attempts.at(-1)
  const parts = [formatAgo(createdAt), m.attempts(attempts.length)]
  if (last)
    parts.push(last.status === null ? (last.error ?? '') : m.answered(last.status), m.tookMs(last.durationMs))
  return parts.join(' · ')
}
