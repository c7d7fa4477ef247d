'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'

/** The newest productions of the workspace. */
export const productionsQuery = queryOptions({
  queryKey: ['productions', 'recent'],
  queryFn: () => ask(api.GET('/api/v1/productions', { params: { query: { limit: 12 } } })),
})

/** Pictures of processed recordings by asset, in one request for a whole page of them. */
export const postersQuery = queryOptions({
  queryKey: ['productions', 'posters'],
  queryFn: () => ask(api.GET('/api/v1/productions', { params: { query: { limit: 100 } } })),
  select: ({ items }) => new Map(items.map(({ assetId, posterUrl }) => [assetId, posterUrl])),
})

export const productionOfAssetQuery = (assetId: string) =>
  queryOptions({
    queryKey: ['productions', 'of-asset', assetId],
    queryFn: () => ask(api.GET('/api/v1/productions', { params: { query: { assetId, limit: 1 } } })),
  })

/** Starts the work on an uploaded recording. */
export function useStartProduction() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { assetId: string; title?: string }) =>
      ask(api.POST('/api/v1/productions', { body: input, headers: idempotencyKey() })),
    retry: 2,
    onSettled: () => {
      for (const area of ['productions', 'runs', 'assets'])
        void client.invalidateQueries({ queryKey: [area] })
    },
  })
}
