import { and, eq, gt, gte, sql } from 'drizzle-orm'
import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import alternatives from './alternatives.json' with { type: 'json' }
import { estimateAt } from './estimate-cost.ts'
import { costErrors } from './errors.ts'
import { ownPrices } from './own-prices.ts'
import type { Price } from './price.ts'
import { costEntries } from './schema.ts'
import { type MeasureStorage, reportStorage } from './storage-costs.ts'

export const suggestionKinds = ['cheaperVoice', 'cheaperModel', 'cache', 'shorter', 'storageClass'] as const

export const suggestionSchema = z
  .object({
    kind: z.enum(suggestionKinds),
    title: z.string(),
    reason: z.string(),
    /** What the last 30 days would have cost less; storage: each month. */
    savedMicros: z.int().openapi({ description: 'What the last 30 days would have cost less.' }),
    trade: z.string().openapi({ description: 'What is given up for it.' }),
  })
  .openapi('CostSuggestion')

export type CostSuggestion = z.infer<typeof suggestionSchema>

type Used = { item: string; unit: string; quantity: number; costMicros: number }
type SuggestDeps = { db: Db; now?: () => Date; measureStorage: MeasureStorage }

const windowMs = 30 * 86_400_000
const shorterBy = 0.2

/**
 * What the workspace could save, worked out on what it really used in the last 30 days, largest first. Nothing is
 * suggested that saves less than a cent.
 */
export async function suggestSavings(
  deps: SuggestDeps,
  input: { actor: Actor },
): Promise<{ items: CostSuggestion[] }> {
  assertMay(input.actor, 'costs.read')
  const { workspaceId } = input.actor
  const now = deps.now?.() ?? new Date()
  const since = new Date(now.getTime() - windowMs)
  const used = await usedSince(deps.db, workspaceId, since)
  const own = await ownPrices(deps.db, workspaceId)
  const day = now.toISOString().slice(0, 10)
  const items = [
    ...cheaperItems(used, day, own),
    ...(await repeatedRequests(deps.db, workspaceId, since)),
    ...shorterVideos(used),
    ...(await storageClasses(deps, input.actor)),
  ]
  return {
    items: items.filter((one) => one.savedMicros >= 10_000).sort((a, b) => b.savedMicros - a.savedMicros),
  }
}

async function usedSince(db: Db, workspaceId: string, since: Date): Promise<Used[]> {
  return db
    .select({
      item: costEntries.item,
      unit: costEntries.unit,
      quantity: sql<number>`sum(${costEntries.quantity})`.mapWith(Number),
      costMicros: sql<number>`sum(${costEntries.costMicros})`.mapWith(Number),
    })
    .from(costEntries)
    .where(
      and(
        eq(costEntries.workspaceId, workspaceId),
        gte(costEntries.usedAt, since),
        gt(costEntries.costMicros, 0),
      ),
    )
    .groupBy(costEntries.item, costEntries.unit)
}

/** What the same quantities would have cost with the next cheaper voice or model, where all of them have a price. */
function cheaperItems(used: readonly Used[], day: string, own: readonly Price[]): CostSuggestion[] {
  return alternatives.flatMap(({ item, cheaper, kind, trade }) => {
    const mine = used.filter((one) => one.item === item)
    if (mine.length === 0) return []
    const paid = mine.reduce((sum, one) => sum + one.costMicros, 0)
    const lines = mine.map(({ unit, quantity }) => ({ item: cheaper, unit, quantity }))
    const other = tryEstimate(lines, day, own)
    if (other === undefined || other >= paid) return []
    return [
      {
        kind: kind as CostSuggestion['kind'],
        title: `Use ${cheaper} instead of ${item}`,
        reason: `The same quantities would have cost ${Math.round((1 - other / paid) * 100)} % less.`,
        savedMicros: paid - other,
        trade,
      },
    ]
  })
}

function tryEstimate(lines: Parameters<typeof estimateAt>[0], day: string, own: readonly Price[]) {
  try {
    return estimateAt(lines, day, own).totalMicros
  } catch (error) {
    // Without a price on both sides there is nothing to compare, so nothing is suggested.
    if ((error as { code?: string }).code === `${costErrors.area}.unknownPrice`) return undefined
    throw error
  }
}

/** The same request paid for again: everything after the first of a fingerprint. */
async function repeatedRequests(db: Db, workspaceId: string, since: Date): Promise<CostSuggestion[]> {
  const perRequest = db
    .select({
      repeats: sql<number>`count(distinct ${costEntries.reservationId}) - 1`.as('repeats'),
      saved:
        sql<number>`sum(${costEntries.costMicros}) * (1 - 1.0 / count(distinct ${costEntries.reservationId}))`.as(
          'saved',
        ),
    })
    .from(costEntries)
    .where(
      and(
        eq(costEntries.workspaceId, workspaceId),
        gte(costEntries.usedAt, since),
        gt(costEntries.costMicros, 0),
        sql`${costEntries.fingerprint} is not null`,
      ),
    )
    .groupBy(costEntries.fingerprint)
    .having(sql`count(distinct ${costEntries.reservationId}) > 1`)
    .as('per_request')
  const [row] = await db
    .select({
      repeats: sql<number>`coalesce(sum(${perRequest.repeats}), 0)`.mapWith(Number),
      saved: sql<number>`coalesce(sum(${perRequest.saved}), 0)`.mapWith(Number),
    })
    .from(perRequest)
  if (!row || row.repeats === 0) return []
  return [
    {
      kind: 'cache',
      title: 'Keep answers that are asked for again',
      reason: `${row.repeats} requests were exactly the same as an earlier one.`,
      savedMicros: Math.round(row.saved),
      trade: 'The same question gets the same answer.',
    },
  ]
}

/** Speech and generated video are billed by length, so they get cheaper in proportion. */
function shorterVideos(used: readonly Used[]): CostSuggestion[] {
  const byLength = used.filter(({ unit }) => unit === 'characters' || unit === 'seconds')
  const paid = byLength.reduce((sum, one) => sum + one.costMicros, 0)
  if (paid === 0) return []
  return [
    {
      kind: 'shorter',
      title: 'Make videos a fifth shorter',
      reason: 'Speech is billed by character and generated footage by second.',
      savedMicros: Math.round(paid * shorterBy),
      trade: 'Less is said.',
    },
  ]
}

async function storageClasses(deps: SuggestDeps, actor: Actor): Promise<CostSuggestion[]> {
  const storage = await reportStorage(deps, { actor })
  if (storage.where !== 's3') return []
  return storage.lifecycles.map((rule) => ({
    kind: 'storageClass' as const,
    title: `Move files older than ${rule.afterDays} days to ${rule.storageClass}`,
    reason: `${(rule.bytes / 1e9).toFixed(1)} GB are older than that.`,
    savedMicros: rule.savedMicrosPerMonth,
    trade: rule.note,
  }))
}
