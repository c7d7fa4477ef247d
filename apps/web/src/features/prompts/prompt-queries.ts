'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import type { Prompt } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'
import { promptMessages as m } from './messages.ts'

export type Place = { key: string; topic: string; language: string }
export type PromptDefinition = Omit<
  Prompt,
  'key' | 'topic' | 'language' | 'version' | 'isShipped' | 'changedBy' | 'changedAt'
>

export function definitionOf(prompt: Prompt): PromptDefinition {
  const {
    key: _k,
    topic: _t,
    language: _l,
    version: _v,
    isShipped: _s,
    changedBy: _b,
    changedAt: _a,
    ...rest
  } = prompt
  return rest
}

const paramsOf = ({ key, topic, language }: Place) => ({ path: { key }, query: { topic, language } })
const withVersion = (place: Place, version: number) => ({
  ...paramsOf(place),
  header: { 'if-match': `"v${version}"` },
})

export const promptsQuery = queryOptions({
  queryKey: ['prompts', 'list'],
  queryFn: () => ask(api.GET('/api/v1/prompts')),
})

export const promptQuery = (place: Place) =>
  queryOptions({
    queryKey: ['prompts', 'one', place],
    queryFn: () => ask(api.GET('/api/v1/prompts/{key}', { params: paramsOf(place) })),
  })

export const promptVersionsQuery = (place: Place) =>
  queryOptions({
    queryKey: ['prompts', 'versions', place],
    queryFn: () => ask(api.GET('/api/v1/prompts/{key}/versions', { params: paramsOf(place) })),
  })

export const diffQuery = (place: Place, from: number, to: number) =>
  queryOptions({
    queryKey: ['prompts', 'diff', place, from, to],
    queryFn: () => {
      const { path, query } = paramsOf(place)
      return ask(api.GET('/api/v1/prompts/{key}/diff', { params: { path, query: { ...query, from, to } } }))
    },
  })

export const previewQuery = (place: Place, definition: PromptDefinition) =>
  queryOptions({
    queryKey: ['prompts', 'preview', place, definition],
    queryFn: () =>
      ask(api.POST('/api/v1/prompts/{key}/preview', { params: paramsOf(place), body: { definition } })),
    retry: false,
  })

export function useSavePrompt() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (change: { place: Place; version: number; definition: PromptDefinition; reason: string }) =>
      ask(
        api.PUT('/api/v1/prompts/{key}', {
          params: withVersion(change.place, change.version),
          body: { definition: change.definition, reason: change.reason },
        }),
      ),
    onSuccess: () => toast.success(m.form.saved),
    onSettled: () => client.invalidateQueries({ queryKey: ['prompts'] }),
  })
}

export function useRollBackPrompt(prompt: Prompt) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (to: number) =>
      ask(
        api.POST('/api/v1/prompts/{key}/rollback', {
          params: withVersion(prompt, prompt.version),
          body: { to, reason: m.history.reason(to) },
        }),
      ),
    onSuccess: () => toast.success(m.form.saved),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['prompts'] }),
  })
}

export type Judge = keyof typeof m.test.judges

export function useComparePrompts(place: Place) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { versions: Array<{ version: number; percent: number }>; judgedBy: Judge }) =>
      ask(
        api.POST('/api/v1/prompts/{key}/compare', {
          params: paramsOf(place),
          body,
          headers: idempotencyKey(),
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['experiments'] }),
  })
}
