import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: () => ask(api.GET('/api/v1/models', { params: { query: {} } })),
  refetchInterval: 15_000,
})

export function useCheckModels(onDone: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => ask(api.POST('/api/v1/models/checks', { body: {} })),
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: ['models'] }),
  })
}

export function useRate(onDone: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { callId: string; rating: number }) =>
      ask(api.POST('/api/v1/models/ratings', { body })),
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: ['models'] }),
  })
}
