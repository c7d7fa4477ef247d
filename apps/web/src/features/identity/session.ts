'use client'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import { problemFrom } from '../../api/problem.ts'

/** Who is signed in, where, and what they may do. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => ask(api.GET('/api/v1/me')),
  staleTime: 60_000,
})

export const signInOptionsQuery = queryOptions({
  queryKey: ['sign-in-options'],
  queryFn: () => ask(api.GET('/api/v1/sign-in-options')),
  staleTime: Infinity,
})

/** Whether the signed-in person may; false until that is known. */
export function useMay(permission: string): boolean {
  return useQuery(meQuery).data?.permissions.includes(permission) ?? false
}

/** The routes of better-auth are outside our OpenAPI document; they take and answer plain JSON. */
async function postAuth(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw await problemFrom(response)
  return (await response.json().catch(() => ({}))) as Record<string, unknown>
}

export async function signIn(input: { email: string; password: string }): Promise<void> {
  await postAuth('/sign-in/email', input)
}

export async function signOut(): Promise<void> {
  await postAuth('/sign-out', {})
}

export async function changePassword(input: { currentPassword: string; newPassword: string }): Promise<void> {
  await postAuth('/change-password', { ...input, revokeOtherSessions: true })
}

/** Leaves for the provider's own page; it sends the person back to `returnTo`. */
export async function startProviderSignIn(providerId: string, returnTo: string): Promise<void> {
  const answer = await postAuth('/sign-in/oauth2', { providerId, callbackURL: returnTo })
  if (typeof answer['url'] === 'string') location.assign(answer['url'])
}
