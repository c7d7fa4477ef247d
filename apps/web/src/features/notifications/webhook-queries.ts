'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import type { Webhook } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: () => ask(api.GET('/api/v1/webhooks')),
})

/** The latest deliveries; looked at again and again while they are on the screen, since attempts make no event. */
export const deliveriesQuery = (webhookId: string) =>
  queryOptions({
    queryKey: ['webhooks', webhookId, 'deliveries'],
    queryFn: () =>
      ask(
        api.GET('/api/v1/webhooks/{webhookId}/deliveries', {
          params: { path: { webhookId }, query: { limit: 50 } },
        }),
      ),
    refetchInterval: 2_000,
  })

function useChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['webhooks'] }),
  })
}

export function useCreateWebhook() {
  return useChange((input: { url: string; events: Webhook['events'] }) =>
    ask(api.POST('/api/v1/webhooks', { body: input, headers: idempotencyKey() })),
  )
}

export function useSwitchWebhook() {
  return useChange(({ webhookId, enabled }: { webhookId: string; enabled: boolean }) =>
    ask(api.PATCH('/api/v1/webhooks/{webhookId}', { params: { path: { webhookId } }, body: { enabled } })),
  )
}

export function useDeleteWebhook() {
  return useChange((webhookId: string) =>
    ask(api.DELETE('/api/v1/webhooks/{webhookId}', { params: { path: { webhookId } } })),
  )
}

export function usePingWebhook() {
  return useChange((webhookId: string) =>
    ask(api.POST('/api/v1/webhooks/{webhookId}/ping', { params: { path: { webhookId } } })),
  )
}

export function useReplay(webhookId: string) {
  return useChange((deliveryId: string) =>
    ask(
      api.POST('/api/v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay', {
        params: { path: { webhookId, deliveryId } },
      }),
    ),
  )
}
