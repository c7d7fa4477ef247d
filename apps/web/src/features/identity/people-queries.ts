'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import type { ApiKey, Role } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'

export const membersQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['members', workspaceId],
    queryFn: () =>
      ask(
        api.GET('/api/v1/workspaces/{id}/members', {
          params: { path: { id: workspaceId }, query: { limit: 200 } },
        }),
      ),
  })

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: () => ask(api.GET('/api/v1/invitations', { params: { query: { limit: 200 } } })),
})

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: () => ask(api.GET('/api/v1/api-keys', { params: { query: { limit: 200 } } })),
})

function useChange<Input, Output>(areas: string[], change: (input: Input) => Promise<Output>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => Promise.all(areas.map((area) => client.invalidateQueries({ queryKey: [area] }))),
  })
}

export function useChangeRole(workspaceId: string) {
  return useChange(['members', 'me'], ({ personId, role }: { personId: string; role: Role }) =>
    ask(
      api.PATCH('/api/v1/workspaces/{id}/members/{personId}', {
        params: { path: { id: workspaceId, personId } },
        body: { role },
      }),
    ),
  )
}

export function useRemoveMember(workspaceId: string) {
  return useChange(['members'], (personId: string) =>
    ask(
      api.DELETE('/api/v1/workspaces/{id}/members/{personId}', {
        params: { path: { id: workspaceId, personId } },
      }),
    ),
  )
}

export function useResetPassword(workspaceId: string) {
  return useChange(['members'], (personId: string) =>
    ask(
      api.POST('/api/v1/workspaces/{id}/members/{personId}/one-time-password', {
        params: { path: { id: workspaceId, personId } },
      }),
    ),
  )
}

export function useInvite() {
  return useChange(['invitations'], (input: { email: string; role: Role }) =>
    ask(api.POST('/api/v1/invitations', { body: input, headers: idempotencyKey() })),
  )
}

export function useRevokeInvitation() {
  return useChange(['invitations'], (id: string) =>
    ask(api.DELETE('/api/v1/invitations/{id}', { params: { path: { id } } })),
  )
}

export function useCreateKey() {
  return useChange(['api-keys'], (input: { name: string; scopes: ApiKey['scopes'] }) =>
    ask(api.POST('/api/v1/api-keys', { body: input, headers: idempotencyKey() })),
  )
}

export function useRevokeKey() {
  return useChange(['api-keys'], (id: string) =>
    ask(api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } })),
  )
}
