import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import type { Budget } from '../../api/shapes.ts'

export const budgetsQuery = queryOptions({
  queryKey: ['costs', 'budgets'],
  queryFn: () => ask(api.GET('/api/v1/costs/budgets')),
})
export const forecastQuery = queryOptions({
  queryKey: ['costs', 'forecast'],
  queryFn: () => ask(api.GET('/api/v1/costs/forecast')),
})
export const storageQuery = queryOptions({
  queryKey: ['costs', 'storage'],
  queryFn: () => ask(api.GET('/api/v1/costs/storage')),
})
export const suggestionsQuery = queryOptions({
  queryKey: ['costs', 'suggestions'],
  queryFn: () => ask(api.GET('/api/v1/costs/suggestions')),
})
export const resultsQuery = queryOptions({
  queryKey: ['costs', 'results'],
  queryFn: () => ask(api.GET('/api/v1/costs/results', { params: { query: {} } })),
})
export const pricesQuery = queryOptions({
  queryKey: ['costs', 'prices'],
  queryFn: () => ask(api.GET('/api/v1/costs/prices')),
})

export type Group = 'day' | 'topic' | 'model' | 'kind' | 'item'

export const reportQuery = (by: Group) =>
  queryOptions({
    queryKey: ['costs', 'report', by],
    queryFn: () => ask(api.GET('/api/v1/costs/report', { params: { query: { by } } })),
  })

type BudgetWish = Pick<Budget, 'scope' | 'scopeId' | 'period' | 'limitMicros' | 'rule'>

export function useSetBudget(onDone: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: BudgetWish) => ask(api.PUT('/api/v1/costs/budgets', { body })),
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: ['costs', 'budgets'] }),
  })
}

export function useRemoveBudget(onDone: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (budgetId: string) =>
      ask(api.DELETE('/api/v1/costs/budgets/{budgetId}', { params: { path: { budgetId } } })),
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: ['costs', 'budgets'] }),
  })
}
