import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import type { Micros } from '../../kernel/money.ts'
import { staleUpdate } from '../../platform/http/etag.ts'
import { recordAudit } from '../audit/index.ts'
import {
  type Budget,
  type BudgetPeriod,
  type BudgetRule,
  type BudgetScope,
  type BudgetState,
  countersOf,
  defaultWarnPercents,
  startOfNext,
} from './budget.ts'
import type { CostDeps } from './cost-deps.ts'
import { costErrors } from './errors.ts'
import { budgetsOf, type Counter, readCounters } from './move-counters.ts'
import { costBudgets } from './schema.ts'

/** Every budget of the actor's workspace with what is spent and left, narrowest last. */
export async function listBudgets(
  deps: CostDeps,
  input: { actor: Actor },
): Promise<{ items: BudgetState[] }> {
  assertMay(input.actor, 'costs.read')
  const at = deps.now?.() ?? new Date()
  const { workspaceId } = input.actor
  const [budgets, counters] = [
    await budgetsOf(deps.db, workspaceId, deps.environment),
    await readCounters(deps.db, workspaceId, at),
  ]
  const items = budgets.map((budget) => stateOf(budget, counters, at))
  const place = ({ scope, period }: Budget) => `${['workspace', 'topic', 'video'].indexOf(scope)}${period}`
  return {
    items: items.sort((a, b) => place(a).localeCompare(place(b)) || a.scopeId.localeCompare(b.scopeId)),
  }
}

export type SetBudget = {
  actor: Actor
  scope: BudgetScope
  /** The topic or video; nothing for the workspace. */
  scopeId?: string
  period: BudgetPeriod
  limitMicros: Micros
  /** Default 50, 80 and 100. */
  warnPercents?: readonly number[]
  /** Default `stop`. */
  rule?: BudgetRule
  /** The version that the change was made on; without it the last one wins. */
  version?: number
}

/**
 * Sets the limit for a scope and period; there is one budget for each. What is spent already stays spent: a limit
 * below it refuses everything that costs money. Fails with `costs.invalid` and `http.stale`.
 */
export async function setBudget(deps: CostDeps, input: SetBudget): Promise<BudgetState> {
  const { actor, scope, period, limitMicros, rule = 'stop' } = input
  assertMay(actor, 'costs.write')
  const scopeId = input.scopeId?.trim() ?? ''
  const warnPercents = [...new Set(input.warnPercents ?? defaultWarnPercents)].sort((a, b) => a - b)
  assertBudget({ scope, scopeId, limitMicros, warnPercents })
  const now = deps.now?.() ?? new Date()
  const key = { workspaceId: actor.workspaceId, scope, scopeId, period }
  const kept = await deps.db.transaction(async (tx) => {
    const [found] = await tx.select().from(costBudgets).where(byKey(key)).for('update')
    if (input.version !== undefined && input.version !== (found?.version ?? 0)) {
      throw staleUpdate({ yours: input.version, current: found?.version ?? 0, resource: found ?? null })
    }
    const values = { limitMicros, warnPercents, rule, version: (found?.version ?? 0) + 1, updatedAt: now }
    const [row] = await tx
      .insert(costBudgets)
      .values({ id: newId('budget'), ...key, ...values, createdAt: now })
      .onConflictDoUpdate({
        target: [costBudgets.workspaceId, costBudgets.scope, costBudgets.scopeId, costBudgets.period],
        set: values,
      })
      .returning()
    const detail = { scope, scopeId, period, limitMicros, rule, before: found?.limitMicros ?? null }
    await recordAudit(tx, { actor, action: 'budget.set', subjectId: row!.id, detail, at: now })
    return row!
  })
  return stateOf({ ...kept, isBuiltIn: false }, await readCounters(deps.db, actor.workspaceId, now), now)
}

/** Removes a budget. In development the built-in one holds again when that of the day goes. */
export async function removeBudget(deps: CostDeps, input: { actor: Actor; budgetId: string }): Promise<void> {
  const { actor, budgetId } = input
  assertMay(actor, 'costs.write')
  await deps.db.transaction(async (tx) => {
    const [gone] = await tx
      .delete(costBudgets)
      .where(and(eq(costBudgets.workspaceId, actor.workspaceId), eq(costBudgets.id, budgetId)))
      .returning()
    if (!gone) throw costErrors.notFound(`There is no budget ${budgetId} that can be removed.`)
    const { scope, scopeId, period, limitMicros } = gone
    const detail = { scope, scopeId, period, limitMicros }
    await recordAudit(tx, { actor, action: 'budget.removed', subjectId: budgetId, detail })
  })
}

function stateOf(budget: Budget, counters: readonly Counter[], at: Date): BudgetState {
  const { id, scope, scopeId, period, limitMicros, warnPercents, rule, version, isBuiltIn } = budget
  const counted = scope === 'topic' ? { topic: scopeId } : scope === 'video' ? { videoId: scopeId } : {}
  const key = countersOf(counted, at).find((one) => one.scope === scope && one.period === period)!
  const isMine = (one: Counter) =>
    one.scope === scope && one.scopeId === scopeId && one.period === period && one.periodKey === key.periodKey
  const { spentMicros, heldMicros } = counters.find(isMine) ?? { spentMicros: 0, heldMicros: 0 }
  return {
    id,
    scope,
    scopeId,
    period,
    limitMicros,
    warnPercents,
    rule,
    version,
    isBuiltIn,
    periodKey: key.periodKey,
    spentMicros,
    heldMicros,
    availableMicros: Math.max(0, limitMicros - spentMicros - heldMicros),
    percent: limitMicros === 0 ? 100 : Math.round((spentMicros / limitMicros) * 1e3) / 10,
    startsAnewAt: startOfNext(period, at)?.toISOString() ?? null,
  }
}

type Key = { workspaceId: string; scope: BudgetScope; scopeId: string; period: BudgetPeriod }

function byKey({ workspaceId, scope, scopeId, period }: Key) {
  return and(
    eq(costBudgets.workspaceId, workspaceId),
    eq(costBudgets.scope, scope),
    eq(costBudgets.scopeId, scopeId),
    eq(costBudgets.period, period),
  )
}

function assertBudget(budget: {
  scope: BudgetScope
  scopeId: string
  limitMicros: number
  warnPercents: readonly number[]
}): void {
  if (!Number.isSafeInteger(budget.limitMicros) || budget.limitMicros < 0) {
    throw costErrors.invalid(`${budget.limitMicros} is not a limit in whole micros.`)
  }
  if ((budget.scope === 'workspace') !== (budget.scopeId === '')) {
    throw costErrors.invalid(
      budget.scope === 'workspace'
        ? 'The budget of the workspace has no id.'
        : `A budget of a ${budget.scope} needs its id.`,
    )
  }
  const wrong = budget.warnPercents.find((share) => !(share > 0 && share <= 1_000))
  if (wrong !== undefined) throw costErrors.invalid(`${wrong} % is not a threshold to warn at.`)
}
