'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import type { Setting } from '../../api/shapes.ts'

/** What counts in the workspace, or for one of its topics. */
export const settingsQuery = (topic?: string) =>
  queryOptions({
    queryKey: ['settings', topic ?? null],
    queryFn: () => ask(api.GET('/api/v1/settings', { params: { query: { topic } } })),
  })

export const settingVersionsQuery = (key: string) =>
  queryOptions({
    queryKey: ['settings', null, 'versions', key],
    queryFn: () => ask(api.GET('/api/v1/settings/{key}/versions', { params: { path: { key } } })),
  })

/** What a change would do, with its estimate. */
export const settingPlanQuery = (key: string, value: unknown, enabled: boolean) =>
  queryOptions({
    queryKey: ['settings', null, 'plan', key, value],
    queryFn: () =>
      ask(api.POST('/api/v1/settings/{key}/plan', { params: { path: { key } }, body: { value } })),
    enabled,
    retry: false,
    placeholderData: (before) => before,
  })

export function useSetSetting(setting: Setting) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { value: unknown; reason: string }) =>
      ask(api.PUT('/api/v1/settings/{key}', { params: changeOf(setting), body })),
    onSettled: () => client.invalidateQueries({ queryKey: ['settings'] }),
  })
}

export function useRollBackSetting(setting: Setting) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { toVersion: number; reason: string }) =>
      ask(api.POST('/api/v1/settings/{key}/rollback', { params: changeOf(setting), body })),
    onSettled: () => client.invalidateQueries({ queryKey: ['settings'] }),
  })
}

function changeOf({ key, version }: Setting) {
  return { path: { key }, header: { 'if-match': `"v${version}"` } }
}
