'use client'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import type { Asset } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'
import { assetMessages as m } from './messages.ts'

/** Assets of the workspace, newest first, a page at a time. */
export const assetsQuery = (kind?: Asset['kind']) =>
  infiniteQueryOptions({
    queryKey: ['assets', 'list', kind ?? 'all'],
    queryFn: ({ pageParam }) =>
      ask(api.GET('/api/v1/assets', { params: { query: { kind, cursor: pageParam, limit: 48 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })

export const recentAssetsQuery = queryOptions({
  queryKey: ['assets', 'recent'],
  queryFn: () => ask(api.GET('/api/v1/assets', { params: { query: { kind: 'recording', limit: 8 } } })),
})

export const assetQuery = (id: string) =>
  queryOptions({
    queryKey: ['assets', 'one', id],
    queryFn: () => ask(api.GET('/api/v1/assets/{assetId}', { params: { path: { assetId: id } } })),
  })

export function useDeleteAsset(onDone: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (asset: Asset) =>
      ask(api.DELETE('/api/v1/assets/{assetId}', { params: { path: { assetId: asset.id } } })),
    onSuccess: (_, asset) => {
      toast(m.deleted(asset.name))
      onDone()
    },
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['assets'] }),
  })
}
