'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import type { Clip } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { offerUndo } from '../../shell/undoable.ts'
import { toast } from '../../ui/toast.tsx'
import { clipMessages as m } from './messages.ts'

/** The clips of one recording. */
export const clipsOfQuery = (assetId: string) =>
  queryOptions({
    queryKey: ['clips', 'of-asset', assetId],
    queryFn: () => ask(api.GET('/api/v1/clips', { params: { query: { assetId, limit: 200 } } })),
  })

export const clipQuery = (id: string) =>
  queryOptions({
    queryKey: ['clips', 'one', id],
    queryFn: () => ask(api.GET('/api/v1/clips/{clipId}', { params: { path: { clipId: id } } })),
  })

export function useCreateClip(assetId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { startMs: number; endMs: number; title: string; reframe?: Clip['reframe'] & {} }) =>
      ask(api.POST('/api/v1/clips', { body: { assetId, ...input }, headers: idempotencyKey() })),
    onSuccess: (clip) => toast(m.created(clip.title)),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['clips'] }),
  })
}

/** Cuts a clip anew with other ends; refused when somebody else changed it meanwhile. */
export function useRecutClip() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ clip, ...range }: { clip: Clip; startMs: number; endMs: number }) =>
      ask(
        api.POST('/api/v1/clips/{clipId}/recut', {
          params: { path: { clipId: clip.id }, header: { 'if-match': `"v${clip.version}"` } },
          body: range,
        }),
      ),
    onSuccess: (clip) => toast(m.recutting(clip.title)),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['clips'] }),
  })
}

/** Takes the clip off the page at once and deletes it when the way back has passed. */
export function useDeleteClip(assetId: string) {
  const client = useQueryClient()
  const key = clipsOfQuery(assetId).queryKey
  return (clip: Clip) => {
    void client.cancelQueries({ queryKey: key })
    const before = client.getQueryData(key)
    client.setQueryData(key, (page) =>
      page ? { ...page, items: page.items.filter((one) => one.id !== clip.id) } : page,
    )
    offerUndo({
      message: m.deleted(clip.title),
      undoLabel: m.undo,
      undo: () => client.setQueryData(key, before),
      commit: () => {
        ask(api.DELETE('/api/v1/clips/{clipId}', { params: { path: { clipId: clip.id } } }))
          .catch((error: unknown) => toast.error(problemText(error)))
          .finally(() => void client.invalidateQueries({ queryKey: ['clips'] }))
      },
    })
  }
}
