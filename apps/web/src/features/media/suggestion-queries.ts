'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import type { EditSuggestions } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'

export type Decision = EditSuggestions['items'][number]['decision']

/** What could be edited in a recording. */
export const suggestionsQuery = (assetId: string) =>
  queryOptions({
    queryKey: ['suggestions', assetId],
    queryFn: () => ask(api.GET('/api/v1/assets/{assetId}/suggestions', { params: { path: { assetId } } })),
    retry: false,
  })

type Choice = { decision: Decision; suggestionIds?: string[]; minConfidence?: number }

/** Decides at once on the page; the server's answer, with the length of the cut, follows. */
export function useDecideSuggestions(assetId: string) {
  const client = useQueryClient()
  const key = suggestionsQuery(assetId).queryKey
  return useMutation({
    mutationFn: (choice: Choice) =>
      ask(
        api.POST('/api/v1/assets/{assetId}/suggestions/decisions', {
          params: { path: { assetId } },
          body: choice,
          headers: idempotencyKey(),
        }),
      ),
    onMutate: async ({ decision, suggestionIds, minConfidence = 0 }) => {
      await client.cancelQueries({ queryKey: key })
      const before = client.getQueryData(key)
      const isChosen = ({ id, confidence }: EditSuggestions['items'][number]) =>
        suggestionIds ? suggestionIds.includes(id) : confidence >= minConfidence
      client.setQueryData(key, (list) =>
        list
          ? { ...list, items: list.items.map((one) => (isChosen(one) ? { ...one, decision } : one)) }
          : list,
      )
      return { before }
    },
    onSuccess: (list) => client.setQueryData(key, list),
    onError: (error, _choice, kept) => {
      client.setQueryData(key, kept?.before)
      toast.error(problemText(error))
    },
  })
}

/** Renders what is accepted as a new file. */
export function useRenderTightCut(assetId: string, onStarted: (runId: string) => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/assets/{assetId}/tight-cut', {
          params: { path: { assetId } },
          headers: idempotencyKey(),
        }),
      ),
    onSuccess: ({ runId }) => onStarted(runId),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}
