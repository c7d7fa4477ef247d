'use client'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import type { Run } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'
import { runMessages as m } from './messages.ts'

export type RunState = Run['state']

export const activeStates: readonly RunState[] = ['queued', 'running']

export function isActive(run: { state: RunState }): boolean {
  return activeStates.includes(run.state)
}

/** Runs of the workspace, newest first, a page at a time. */
export const runsQuery = (state?: RunState) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'list', state ?? 'all'],
    queryFn: ({ pageParam }) =>
      ask(api.GET('/api/v1/runs', { params: { query: { state, cursor: pageParam, limit: 50 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })

/** The newest runs, for the jobs of the top bar. */
export const recentRunsQuery = queryOptions({
  queryKey: ['runs', 'recent'],
  queryFn: () => ask(api.GET('/api/v1/runs', { params: { query: { limit: 20 } } })),
})

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'one', id],
    queryFn: () => ask(api.GET('/api/v1/runs/{runId}', { params: { path: { runId: id } } })),
  })

/** Cancelling acts at once; the toast offers the way back instead of a question before. */
export function useCancelRun() {
  const client = useQueryClient()
  const retry = useRetryRun()
  return useMutation({
    mutationFn: (run: Run) =>
      ask(api.POST('/api/v1/runs/{runId}/cancel', { params: { path: { runId: run.id } } })),
    onSuccess: (_, run) => {
      toast(m.cancelled(run.title), { action: { label: m.undoCancel, onClick: () => retry.mutate(run) } })
    },
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}

export function useRetryRun() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (run: Run) =>
      ask(api.POST('/api/v1/runs/{runId}/retry', { params: { path: { runId: run.id } } })),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}
