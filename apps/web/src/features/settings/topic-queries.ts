'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import type { Topic } from '../../api/shapes.ts'

export const topicsQuery = queryOptions({
  queryKey: ['topics'],
  queryFn: () => ask(api.GET('/api/v1/topics')),
})

export const topicQuery = (topic: string) =>
  queryOptions({
    queryKey: ['topics', topic],
    queryFn: () => ask(api.GET('/api/v1/topics/{topic}', { params: { path: { topic } } })),
  })

export const topicVersionsQuery = (topic: string) =>
  queryOptions({
    queryKey: ['topics', topic, 'versions'],
    queryFn: () => ask(api.GET('/api/v1/topics/{topic}/versions', { params: { path: { topic } } })),
  })

export const voicesQuery = queryOptions({
  queryKey: ['topic-voices'],
  queryFn: () => ask(api.GET('/api/v1/topic-voices')),
  staleTime: 600_000,
})

export type TopicValues = Record<string, unknown>

const settingsOf = (topic: string, values: TopicValues, more: object) =>
  ask(
    api.POST('/api/v1/topics/{topic}/settings', {
      params: { path: { topic } },
      headers: idempotencyKey(),
      body: { values, reason: 'changed in the Studio', isDryRun: false, ...more },
    }),
  )

/** What these values would cost; nothing is changed. */
export const topicImpactQuery = (topic: string, values: TopicValues, enabled: boolean) =>
  queryOptions({
    queryKey: ['topics', topic, 'impact', values],
    queryFn: () => settingsOf(topic, values, { isDryRun: true }),
    enabled,
    retry: false,
    placeholderData: (before) => before,
  })

function useChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ['topics'] })
      await client.invalidateQueries({ queryKey: ['settings'] })
    },
  })
}

export function useChangeTopicSettings(topic: string) {
  return useChange(({ values, versions }: { values: TopicValues; versions: Record<string, number> }) =>
    settingsOf(topic, values, { versions }),
  )
}

export function useCreateTopic() {
  return useChange((name: string) =>
    ask(
      api.POST('/api/v1/topics', {
        headers: idempotencyKey(),
        body: { profile: { name }, reason: 'added in the Studio' },
      }),
    ),
  )
}

export function useUpdateTopic({ topic, version }: Topic) {
  return useChange((profile: Partial<Topic['profile']>) =>
    ask(
      api.PATCH('/api/v1/topics/{topic}', {
        params: { path: { topic }, header: { 'if-match': `"v${version}"` } },
        body: { profile, reason: 'changed in the Studio' },
      }),
    ),
  )
}

export function useRollBackTopic(topic: string) {
  return useChange((body: { toVersion: number; reason: string }) =>
    ask(api.POST('/api/v1/topics/{topic}/rollback', { params: { path: { topic } }, body })),
  )
}

export function useRemoveTopic({ topic, version }: Topic) {
  return useChange(() =>
    ask(
      api.DELETE('/api/v1/topics/{topic}', {
        params: { path: { topic }, header: { 'if-match': `"v${version}"` } },
      }),
    ),
  )
}
