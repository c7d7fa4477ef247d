'use client'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import type { Experiment } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'

export const experimentsQuery = infiniteQueryOptions({
  queryKey: ['experiments', 'list'],
  queryFn: ({ pageParam }) =>
    ask(api.GET('/api/v1/experiments', { params: { query: { cursor: pageParam, limit: 50 } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
})

export const reportQuery = (key: string) =>
  queryOptions({
    queryKey: ['experiments', 'report', key],
    queryFn: () => ask(api.GET('/api/v1/experiments/{key}/report', { params: { path: { key } } })),
  })

export const seriesQuery = (key: string, metric: string) =>
  queryOptions({
    queryKey: ['experiments', 'series', key, metric],
    queryFn: () =>
      ask(api.GET('/api/v1/experiments/{key}/series', { params: { path: { key }, query: { metric } } })),
  })

type Plan = Parameters<typeof planOf>[0]

/** A plan in its simplest form: the variants of a flag in equal shares, one metric that decides. */
export function planOf(input: {
  title: string
  flagKey: string
  variants: string[]
  control: string
  metric: string
  kind: 'rate' | 'mean'
  goal: 'increase' | 'decrease'
  smallestEffect: number
}) {
  const { title, flagKey, variants, control, metric, kind, goal, smallestEffect } = input
  const even = Math.floor(100_000 / variants.length) / 1000
  const first = Math.round((100 - even * (variants.length - 1)) * 1000) / 1000
  return {
    title,
    flagKey,
    hypothesis: '',
    unit: 'unit',
    control,
    variants: variants.map((key, index) => ({ key, title: '', percent: index === 0 ? first : even })),
    trafficPercent: 100,
    minUnits: 100,
    minDays: 7,
    metrics: [
      {
        metric,
        title: '',
        kind,
        goal,
        role: 'primary' as const,
        smallestEffect,
        maxHarm: 0,
        withoutValue: 'leaveOut' as const,
        windowHours: null,
      },
    ],
  }
}

export function useCreateExperiment() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ key, ...plan }: Plan & { key: string }) =>
      ask(
        api.POST('/api/v1/experiments', {
          body: { key, definition: planOf(plan) },
          headers: idempotencyKey(),
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['experiments'] }),
  })
}

export function useStartExperiment() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ key, version }: Experiment) =>
      ask(
        api.POST('/api/v1/experiments/{key}/start', {
          params: { path: { key }, header: { 'if-match': `"v${version}"` } },
        }),
      ),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['experiments'] }),
  })
}

export function useStopExperiment({ key, version }: Experiment) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { reason: string; winner?: string }) =>
      ask(
        api.POST('/api/v1/experiments/{key}/stop', {
          params: { path: { key }, header: { 'if-match': `"v${version}"` } },
          body,
        }),
      ),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['experiments'] })
      void client.invalidateQueries({ queryKey: ['flags'] })
    },
  })
}
