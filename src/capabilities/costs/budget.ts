import { z } from '@hono/zod-openapi'
import { formatMicros, type Micros } from '../../kernel/money.ts'

/** Whose spending a budget limits. */
export const budgetScopes = ['workspace', 'topic', 'video'] as const
export type BudgetScope = (typeof budgetScopes)[number]

/** Days and months are those of UTC; `total` never starts anew. */
export const budgetPeriods = ['day', 'month', 'total'] as const
export type BudgetPeriod = (typeof budgetPeriods)[number]

/** What happens to a call that does not fit: refused, or tried again with a cheaper model that does. */
export const budgetRules = ['stop', 'degrade'] as const
export type BudgetRule = (typeof budgetRules)[number]

export type Budget = {
  id: string
  scope: BudgetScope
  /** The topic or video; empty for the workspace. */
  scopeId: string
  period: BudgetPeriod
  limitMicros: Micros
  /** Shares of the limit at which people are told. */
  warnPercents: number[]
  rule: BudgetRule
  version: number
  /** The one that holds in development until the workspace sets its own. */
  isBuiltIn: boolean
}

export const budgetSchema = z
  .object({
    id: z.string(),
    scope: z.enum(budgetScopes),
    scopeId: z.string(),
    period: z.enum(budgetPeriods),
    limitMicros: z.int(),
    warnPercents: z.array(z.number()),
    rule: z.enum(budgetRules),
    version: z.int(),
    isBuiltIn: z.boolean().openapi({ description: 'Holds in development until the workspace sets its own.' }),
    periodKey: z.string(),
    spentMicros: z.int(),
    heldMicros: z.int().openapi({ description: 'Set aside for calls under way.' }),
    availableMicros: z.int(),
    percent: z.number(),
    startsAnewAt: z.iso.datetime().nullable(),
  })
  .openapi('Budget')

export type BudgetState = z.infer<typeof budgetSchema>

export const defaultWarnPercents = [50, 80, 100]

/** 2 USD a day keeps an endless loop of an afternoon's experiment from becoming a bill. */
export const developmentBudget: Budget = {
  id: 'budget_development',
  scope: 'workspace',
  scopeId: '',
  period: 'day',
  limitMicros: 2_000_000,
  warnPercents: defaultWarnPercents,
  rule: 'stop',
  version: 0,
  isBuiltIn: true,
}

/** Names one counter: whose spending in which period. */
export type CounterKey = { scope: BudgetScope; scopeId: string; period: BudgetPeriod; periodKey: string }

export type CountedFor = { topic?: string | null | undefined; videoId?: string | null | undefined }

/** Every counter a use at a time moves, always in the same order, so that no two transactions wait for each other. */
export function countersOf(use: CountedFor, at: Date): CounterKey[] {
  const iso = at.toISOString()
  const keys: Record<BudgetPeriod, string> = { day: iso.slice(0, 10), month: iso.slice(0, 7), total: 'total' }
  const all = (scope: BudgetScope, scopeId: string) =>
    budgetPeriods.map((period) => ({ scope, scopeId, period, periodKey: keys[period] }))
  return [
    ...all('workspace', ''),
    ...(use.topic ? all('topic', use.topic) : []),
    ...(use.videoId ? all('video', use.videoId) : []),
  ]
}

/** When a period that a moment lies in begins anew, or null for `total`. */
export function startOfNext(period: BudgetPeriod, at: Date): Date | null {
  if (period === 'total') return null
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  return new Date(period === 'day' ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1))
}

/** `the workspace's budget of $2.00 a day` */
export function budgetName({ scope, scopeId, period, limitMicros }: Budget): string {
  const whose = scope === 'workspace' ? "the workspace's budget" : `the budget of ${scope} ${scopeId}`
  return `${whose} of ${formatMicros(limitMicros)} ${period === 'total' ? 'in total' : `a ${period}`}`
}
