'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import type { Flag } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'
import { flagMessages as m } from './messages.ts'

/** What decides, as the editor holds it. */
export type FlagDefinition = Omit<
  Flag,
  'key' | 'version' | 'isShipped' | 'changedBy' | 'changedAt' | 'lastUsedAt'
>

export function definitionOf(flag: Flag): FlagDefinition {
  const { key: _k, version: _v, isShipped: _s, changedBy: _b, changedAt: _a, lastUsedAt: _u, ...rest } = flag
  return rest
}

export const flagsQuery = queryOptions({
  queryKey: ['flags', 'list'],
  queryFn: () => ask(api.GET('/api/v1/flags')),
})

export const staleFlagsQuery = queryOptions({
  queryKey: ['flags', 'stale'],
  queryFn: () => ask(api.GET('/api/v1/flags/stale')),
})

export const flagVersionsQuery = (key: string) =>
  queryOptions({
    queryKey: ['flags', 'versions', key],
    queryFn: () => ask(api.GET('/api/v1/flags/{key}/versions', { params: { path: { key } } })),
  })

const etagOf = (version: number) => `"v${version}"`

export function useSaveFlag(key: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ version, ...body }: { version: number; definition: FlagDefinition; reason: string }) =>
      ask(
        api.PUT('/api/v1/flags/{key}', {
          params: { path: { key }, header: { 'if-match': etagOf(version) } },
          body,
        }),
      ),
    onSuccess: () => toast.success(m.form.saved),
    onSettled: () => client.invalidateQueries({ queryKey: ['flags'] }),
  })
}

export function useCreateFlag() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { key: string; definition: FlagDefinition; reason: string }) =>
      ask(api.POST('/api/v1/flags', { body, headers: idempotencyKey() })),
    onSettled: () => client.invalidateQueries({ queryKey: ['flags'] }),
  })
}

export function useSwitchFlag() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ key, isOn }: { key: string; isOn: boolean }) =>
      ask(
        api.POST('/api/v1/flags/{key}/switch', {
          params: { path: { key } },
          body: { isOn, reason: isOn ? m.onReason : m.killReason },
        }),
      ),
    onSuccess: (flag) => toast(m.switched(flag.title, flag.isOn)),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['flags'] }),
  })
}

export function useRollBackFlag({ key, version }: Flag) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (to: number) =>
      ask(
        api.POST('/api/v1/flags/{key}/rollback', {
          params: { path: { key }, header: { 'if-match': etagOf(version) } },
          body: { to, reason: m.history.reason(to) },
        }),
      ),
    onSuccess: () => toast.success(m.form.saved),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['flags'] }),
  })
}
