'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'
import { packageMessages as m } from './package-messages.ts'

/** The streaming packages of one recording, newest first. */
export const packagesOfQuery = (assetId: string) =>
  queryOptions({
    queryKey: ['media', 'packages', assetId],
    queryFn: () => ask(api.GET('/api/v1/assets/{assetId}/packages', { params: { path: { assetId } } })),
  })

export function useStartPackage(assetId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (wish: { encrypted: boolean; sizes: 'few' | 'all' }) =>
      ask(
        api.POST('/api/v1/assets/{assetId}/packages', {
          params: { path: { assetId } },
          body: wish,
          headers: idempotencyKey(),
        }),
      ),
    onSuccess: () => toast(m.started),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}
