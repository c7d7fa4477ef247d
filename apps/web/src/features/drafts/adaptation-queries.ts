'use client'
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import type { Adaptation } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'

export type Destination = Adaptation['destination']
export type Content = Adaptation['content']

const keyOf = (draftId: string) => ['drafts', 'adaptations', draftId] as const

/** What a draft says at each destination it is adapted for. */
export const adaptationsQuery = (draftId: string) =>
  queryOptions({
    queryKey: keyOf(draftId),
    queryFn: () => ask(api.GET('/api/v1/drafts/{draftId}/adaptations', { params: { path: { draftId } } })),
  })

/** Changes only with a release, so it is asked for once. */
export const textLimitsQuery = queryOptions({
  queryKey: ['text-limits'],
  queryFn: () => ask(api.GET('/api/v1/text-limits')),
  staleTime: Infinity,
})

/** Counts and violations of what is being written, which is not stored by asking. */
export const textCheckQuery = (destination: Destination, content: Content) =>
  queryOptions({
    queryKey: ['text-checks', destination, content],
    queryFn: ({ signal }) => ask(api.POST('/api/v1/text-checks', { body: { destination, content }, signal })),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 10_000,
  })

export function useAdapt(draftId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (asked: { destinations: Destination[]; again?: boolean }) =>
      ask(api.POST('/api/v1/drafts/{draftId}/adaptations', { params: { path: { draftId } }, body: asked })),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(draftId) }),
  })
}

/** Saves over exactly the version that was read. */
export function useSaveAdaptation({ draftId, destination }: Pick<Adaptation, 'draftId' | 'destination'>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ version, content }: { version: number; content: Content }) =>
      ask(
        api.PATCH('/api/v1/drafts/{draftId}/adaptations/{destination}', {
          params: { path: { draftId, destination }, header: { 'if-match': `"v${version}"` } },
          body: content,
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(draftId) }),
  })
}

export function useRemoveAdaptation({ draftId, destination }: Pick<Adaptation, 'draftId' | 'destination'>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () =>
      ask(
        api.DELETE('/api/v1/drafts/{draftId}/adaptations/{destination}', {
          params: { path: { draftId, destination } },
        }),
      ),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(draftId) }),
  })
}
