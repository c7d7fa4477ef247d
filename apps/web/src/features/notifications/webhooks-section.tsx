'use client'
import { useQuery } from '@tanstack/react-query'
import { Webhook as WebhookIcon } from 'lucide-react'
import { useState } from 'react'
import type { Webhook } from '../../api/shapes.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Card, EmptyState, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { webhookMessages as m } from './messages.ts'
import { WebhookDeliveries } from './webhook-deliveries.tsx'
import { WebhookForm } from './webhook-form.tsx'
import { useDeleteWebhook, usePingWebhook, useSwitchWebhook, webhooksQuery } from './webhook-queries.ts'

/** The webhooks of the workspace: add one, test it, see what it was sent. */
export function WebhooksSection() {
  const webhooks = useQuery(webhooksQuery)
  const mayWrite = useMay('webhooks.write')
  const [isAdding, setIsAdding] = useState(false)
  const [shown, setShown] = useState<Webhook>()
  const items = webhooks.data?.items ?? []
  const addButton = mayWrite ? (
    <Button look="primary" onClick={() => setIsAdding(true)}>
      {m.add}
    </Button>
  ) : null

  return (
    <>
      <SectionHead title={m.title}>{items.length > 0 ? addButton : null}</SectionHead>
      <p className="-mt-2 mb-4 text-soft">{m.lead}</p>
      {webhooks.error ? <ProblemNote error={webhooks.error} /> : null}
      {webhooks.isPending ? <Skeleton className="h-32" /> : null}
      {webhooks.isSuccess && items.length === 0 ? (
        <EmptyState icon={<WebhookIcon />} title={m.title} body={m.empty}>
          {addButton}
        </EmptyState>
      ) : null}
      {items.length > 0 ? (
        <Card>
          <ul className="divide-y divide-line">
            {items.map((webhook) => (
              <WebhookRow
                key={webhook.id}
                webhook={webhook}
                mayWrite={mayWrite}
                onShow={() => setShown(webhook)}
              />
            ))}
          </ul>
        </Card>
      ) : null}
      <Dialog open={isAdding} onOpenChange={setIsAdding} title={m.newTitle} closeLabel={shellMessages.close}>
        <WebhookForm />
      </Dialog>
      <Dialog
        open={shown !== undefined}
        onOpenChange={() => setShown(undefined)}
        title={m.deliveriesOf(shown ? new URL(shown.url).host : '')}
        closeLabel={shellMessages.close}
      >
        {shown ? <WebhookDeliveries webhookId={shown.id} mayWrite={mayWrite} /> : null}
      </Dialog>
    </>
  )
}

function WebhookRow({
  webhook,
  mayWrite,
  onShow,
}: {
  webhook: Webhook
  mayWrite: boolean
  onShow: () => void
}) {
  const ping = usePingWebhook()
  const change = useSwitchWebhook()
  const remove = useDeleteWebhook()
  const { id, url, enabled, events, disabledBecause } = webhook

  return (
    <li className="px-4 py-3">
      <div className="flex items-center gap-3">
        <p className="min-w-0 flex-1 truncate font-medium">{url}</p>
        <Badge tone={enabled ? 'ok' : disabledBecause ? 'bad' : 'neutral'}>{enabled ? m.on : m.off}</Badge>
      </div>
      {disabledBecause ? <p className="text-sm text-bad">{disabledBecause}</p> : null}
      <p className="mt-0.5 truncate text-xs text-faint">{events.join(', ')}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="sm" onClick={onShow}>
          {m.deliveries}
        </Button>
        {mayWrite ? (
          <>
            <Button size="sm" busy={ping.isPending} onClick={() => ping.mutate(id, { onSuccess: onShow })}>
              {m.test}
            </Button>
            <Button
              size="sm"
              busy={change.isPending}
              onClick={() => change.mutate({ webhookId: id, enabled: !enabled })}
            >
              {enabled ? m.turnOff : m.turnOn}
            </Button>
            <Button size="sm" look="danger" onClick={() => remove.mutate(id)}>
              {m.remove}
            </Button>
          </>
        ) : null}
      </div>
    </li>
  )
}
