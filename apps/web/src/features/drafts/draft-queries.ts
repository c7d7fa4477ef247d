'use client'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import type { Draft } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'
import { draftMessages as m } from './messages.ts'

/** Drafts of the workspace, newest first, a page at a time. */
export const draftsQuery = infiniteQueryOptions({
  queryKey: ['drafts', 'list'],
  queryFn: ({ pageParam }) =>
    ask(api.GET('/api/v1/drafts', { params: { query: { cursor: pageParam, limit: 50 } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
})

export const recentDraftsQuery = queryOptions({
  queryKey: ['drafts', 'recent'],
  queryFn: () => ask(api.GET('/api/v1/drafts', { params: { query: { limit: 8 } } })),
})

export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: ['drafts', 'one', id],
    queryFn: () => ask(api.GET('/api/v1/drafts/{draftId}', { params: { path: { draftId: id } } })),
  })

/** The ETag of a version, as the API makes it. */
function etagOf(version: number): string {
  return `"v${version}"`
}

/** Saves over exactly the version that was read; a change in between is refused as `http.stale`. */
export function useSaveDraft(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ version, ...change }: { version: number; title: string; body: string }) =>
      ask(
        api.PATCH('/api/v1/drafts/{draftId}', {
          params: { path: { draftId: id }, header: { 'if-match': etagOf(version) } },
          body: change,
        }),
      ),
    onSuccess: (draft) => {
      client.setQueryData(draftQuery(id).queryKey, draft)
      void client.invalidateQueries({ queryKey: ['drafts'] })
    },
  })
}

export function useCreateDraft() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (title: string) =>
      ask(api.POST('/api/v1/drafts', { body: { title }, headers: idempotencyKey() })),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['drafts'] }),
  })
}

export function useArchiveDraft() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, version }: Draft) =>
      ask(
        api.POST('/api/v1/drafts/{draftId}/archive', {
          params: { path: { draftId: id }, header: { 'if-match': etagOf(version) } },
        }),
      ),
    onSuccess: (draft) => toast(m.archived(draft.title)),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['drafts'] }),
  })
}
