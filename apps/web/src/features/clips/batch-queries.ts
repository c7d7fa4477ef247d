'use client'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import type { Clip, ClipBatch, ClipRule } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'
import { batchMessages as m } from './batch-messages.ts'

/** Batches of the workspace, newest first, a page at a time. */
export const batchesQuery = infiniteQueryOptions({
  queryKey: ['clips', 'batches', 'list'],
  queryFn: ({ pageParam }) =>
    ask(api.GET('/api/v1/clips/batches', { params: { query: { cursor: pageParam, limit: 50 } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
})

export const batchQuery = (id: string) =>
  queryOptions({
    queryKey: ['clips', 'batches', 'one', id],
    queryFn: () => ask(api.GET('/api/v1/clips/batches/{batchId}', { params: { path: { batchId: id } } })),
  })

/** What joins the clips of a batch, newest first. */
export const stitchesOfQuery = (batchId: string) =>
  queryOptions({
    queryKey: ['clips', 'stitches', batchId],
    queryFn: () => ask(api.GET('/api/v1/clips/stitches', { params: { query: { batchId, limit: 1 } } })),
  })

export const rulesQuery = queryOptions({
  queryKey: ['clips', 'rules'],
  queryFn: () => ask(api.GET('/api/v1/clips/rules', { params: { query: { limit: 200 } } })),
})

export function isUnderWay({ state }: { state: string }): boolean {
  return state === 'queued' || state === 'processing'
}

/** A change of clips that says so and reads everything of clips again. */
function useClipsMutation<Input>(change: (input: Input) => Promise<unknown>, said: (input: Input) => string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: (_, input) => toast(said(input)),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['clips'] }),
  })
}

export const useCancelBatch = () =>
  useClipsMutation(
    ({ id }: ClipBatch) =>
      ask(api.POST('/api/v1/clips/batches/{batchId}/cancel', { params: { path: { batchId: id } } })),
    ({ name }) => m.cancelled(name),
  )

export const useRetryBatch = () =>
  useClipsMutation(
    ({ id }: ClipBatch) =>
      ask(api.POST('/api/v1/clips/batches/{batchId}/retry', { params: { path: { batchId: id } } })),
    ({ name }) => m.retrying(name),
  )

export const useCancelClip = () =>
  useClipsMutation(
    ({ id }: Clip) => ask(api.POST('/api/v1/clips/{clipId}/cancel', { params: { path: { clipId: id } } })),
    ({ title }) => m.clipCancelled(title),
  )

export const useJoinBatch = () =>
  useClipsMutation(
    ({ id, name, clips }: ClipBatch) =>
      ask(
        api.POST('/api/v1/clips/stitches', {
          body: {
            name,
            batchId: id,
            parts: clips.filter(({ state }) => state === 'processed').map(({ id }) => ({ clipId: id })),
          },
          headers: idempotencyKey(),
        }),
      ),
    ({ name }) => m.joining(name),
  )

export type NewRule = Pick<
  ClipRule,
  'name' | 'source' | 'minScore' | 'minMs' | 'maxMs' | 'mostClips' | 'reframe' | 'stitch'
>

export const useAddRule = () =>
  useClipsMutation(
    (rule: NewRule) => ask(api.POST('/api/v1/clips/rules', { body: rule, headers: idempotencyKey() })),
    ({ name }) => m.rules.saved(name),
  )

export const useDeleteRule = () =>
  useClipsMutation(
    ({ id }: ClipRule) =>
      ask(api.DELETE('/api/v1/clips/rules/{ruleId}', { params: { path: { ruleId: id } } })),
    ({ name }) => m.rules.deleted(name),
  )

/** Turns a rule on or off; refused when somebody else changed it meanwhile. */
export function useSwitchRule() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, version, isEnabled }: ClipRule) =>
      ask(
        api.PATCH('/api/v1/clips/rules/{ruleId}', {
          params: { path: { ruleId: id }, header: { 'if-match': `"v${version}"` } },
          body: { isEnabled: !isEnabled },
        }),
      ),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: rulesQuery.queryKey }),
  })
}
