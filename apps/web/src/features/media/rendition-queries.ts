'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import type { Rendition, RenditionPreset } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { offerUndo } from '../../shell/undoable.ts'
import { toast } from '../../ui/toast.tsx'
import { renditionMessages as m } from './rendition-messages.ts'

export const presetsQuery = queryOptions({
  queryKey: ['rendition-presets'],
  queryFn: () => ask(api.GET('/api/v1/rendition-presets')),
  staleTime: Infinity,
})

/** The renditions of one recording. */
export const renditionsOfQuery = (assetId: string) =>
  queryOptions({
    queryKey: ['renditions', 'of-asset', assetId],
    queryFn: () => ask(api.GET('/api/v1/renditions', { params: { query: { assetId, limit: 100 } } })),
  })

export function useCreateRendition(assetId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ name }: RenditionPreset) =>
      ask(api.POST('/api/v1/renditions', { body: { assetId, preset: name }, headers: idempotencyKey() })),
    onSuccess: (_, { title }) => toast(m.started(title)),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['renditions'] }),
  })
}

/** Takes the rendition off the page at once and deletes it when the way back has passed. */
export function useDeleteRendition(assetId: string) {
  const client = useQueryClient()
  const key = renditionsOfQuery(assetId).queryKey
  return (rendition: Rendition, title: string) => {
    void client.cancelQueries({ queryKey: key })
    const before = client.getQueryData(key)
    client.setQueryData(key, (page) =>
      page ? { ...page, items: page.items.filter((one) => one.id !== rendition.id) } : page,
    )
    offerUndo({
      message: m.deleted(title),
      undoLabel: m.undo,
      undo: () => client.setQueryData(key, before),
      commit: () => {
        const params = { path: { renditionId: rendition.id } }
        ask(api.DELETE('/api/v1/renditions/{renditionId}', { params }))
          .catch((error: unknown) => toast.error(problemText(error)))
          .finally(() => void client.invalidateQueries({ queryKey: ['renditions'] }))
      },
    })
  }
}
