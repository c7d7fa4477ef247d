import { and, eq, sql } from 'drizzle-orm'
import { formatMicros, type Micros } from '../../kernel/money.ts'
import type { Db } from '../../platform/db/client.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { notify } from '../notifications/index.ts'
import {
  type Budget,
  budgetName,
  type CountedFor,
  type CounterKey,
  countersOf,
  developmentBudget,
  startOfNext,
} from './budget.ts'
import { costErrors } from './errors.ts'
import { costBudgets, costCounters } from './schema.ts'

export type MoveCounters = CountedFor & {
  workspaceId: string
  /** The moment whose day and month are moved. */
  at: Date
  spentMicros?: Micros
  heldMicros?: Micros
}

export type Counter = CounterKey & { spentMicros: Micros; heldMicros: Micros }

/**
 * Adds to every counter of a use, in the caller's transaction. The rows stay locked until it ends, so what comes back
 * is true when it commits.
 */
export async function moveCounters(tx: Db, move: MoveCounters): Promise<Counter[]> {
  const { workspaceId, at, spentMicros = 0, heldMicros = 0 } = move
  if (spentMicros === 0 && heldMicros === 0) return []
  const keys = countersOf(move, at)
  // A move that only takes away must not try to insert negative sums.
  const first = { spentMicros: Math.max(0, spentMicros), heldMicros: Math.max(0, heldMicros) }
  return tx
    .insert(costCounters)
    .values(keys.map((key) => ({ workspaceId, ...key, ...first })))
    .onConflictDoUpdate({
      target: [
        costCounters.workspaceId,
        costCounters.scope,
        costCounters.scopeId,
        costCounters.period,
        costCounters.periodKey,
      ],
      set: {
        spentMicros: sql`${costCounters.spentMicros} + ${spentMicros}::bigint`,
        heldMicros: sql`${costCounters.heldMicros} + ${heldMicros}::bigint`,
      },
    })
    .returning()
}

/** What guards a workspace's spending: its budgets, and in development the built-in one where none replaces it. */
export async function budgetsOf(db: Db, workspaceId: string, environment: string): Promise<Budget[]> {
  const rows = await db.select().from(costBudgets).where(eq(costBudgets.workspaceId, workspaceId))
  const own = rows.map((row): Budget => ({ ...row, isBuiltIn: false }))
  const isReplaced = own.some(({ scope, period }) => scope === 'workspace' && period === 'day')
  return environment === 'development' && !isReplaced ? [developmentBudget, ...own] : own
}

/**
 * Refuses with `costs.budgetExceeded` when a counter that a reservation just moved is now above its budget. The
 * caller's transaction must end with the failure. `neededMicros` is the amount that was asked for.
 */
export function assertFits(
  budgets: readonly Budget[],
  counters: readonly Counter[],
  needed: { neededMicros: Micros; at: Date },
): void {
  const { neededMicros, at } = needed
  const over = budgets
    .flatMap((budget) => {
      const counter = counters.find((one) => isCounterOf(budget, one))
      if (!counter) return []
      const usedMicros = counter.spentMicros + counter.heldMicros - neededMicros
      return [{ budget, counter, availableMicros: Math.max(0, budget.limitMicros - usedMicros), usedMicros }]
    })
    .filter(({ budget, usedMicros }) => usedMicros + neededMicros > budget.limitMicros)
    .sort((a, b) => a.availableMicros - b.availableMicros)[0]
  if (!over) return
  const { budget, counter, availableMicros } = over
  const startsAnewAt = startOfNext(budget.period, at)?.toISOString() ?? null
  throw costErrors.budgetExceeded(
    `This is estimated at ${formatMicros(neededMicros)}, and ${budgetName(budget)} has ${formatMicros(availableMicros)} left.`,
    {
      detail: {
        budgetId: budget.id,
        scope: budget.scope,
        scopeId: budget.scopeId,
        period: budget.period,
        rule: budget.rule,
        limitMicros: budget.limitMicros,
        spentMicros: counter.spentMicros,
        heldMicros: counter.heldMicros - neededMicros,
        neededMicros,
        availableMicros,
        fitsPercent: Math.floor((availableMicros / neededMicros) * 100),
        startsAnewAt,
      },
    },
  )
}

/** Tells people, once per budget, period and threshold, that spending has reached a share of a limit. */
export async function warnAtThresholds(
  tx: Db,
  workspaceId: string,
  budgets: readonly Budget[],
  counters: readonly Counter[],
): Promise<void> {
  for (const budget of budgets) {
    const counter = counters.find((one) => isCounterOf(budget, one))
    if (!counter || budget.limitMicros === 0) continue
    const percent = (counter.spentMicros / budget.limitMicros) * 100
    const reached = budget.warnPercents.filter((share) => percent >= share).sort((a, b) => b - a)[0]
    if (reached === undefined) continue
    const made = await notify(tx, {
      workspaceId,
      kind: 'budget.reached',
      title: `${reached} % of ${budgetName(budget)} is spent`,
      body: `${formatMicros(counter.spentMicros)} of ${formatMicros(budget.limitMicros)} are spent. What no longer fits is ${budget.rule === 'stop' ? 'refused' : 'done with a cheaper model, or refused'}.`,
      subjectId: budget.id,
      onceKey: `budget/${budget.id}/v${budget.version}/${counter.periodKey}/${reached}`,
    })
    if (made === undefined) continue
    await publishEvent(tx, {
      type: 'budget.reached',
      workspaceId,
      subjectId: budget.id,
      data: { percent: reached, periodKey: counter.periodKey, spentMicros: counter.spentMicros },
    })
  }
}

function isCounterOf(budget: Budget, counter: CounterKey): boolean {
  return (
    budget.scope === counter.scope && budget.scopeId === counter.scopeId && budget.period === counter.period
  )
}

/** The counters of one workspace in the periods a moment lies in. */
export async function readCounters(db: Db, workspaceId: string, at: Date): Promise<Counter[]> {
  const iso = at.toISOString()
  return db
    .select()
    .from(costCounters)
    .where(
      and(
        eq(costCounters.workspaceId, workspaceId),
        sql`${costCounters.periodKey} in (${iso.slice(0, 10)}, ${iso.slice(0, 7)}, 'total')`,
      ),
    )
}
