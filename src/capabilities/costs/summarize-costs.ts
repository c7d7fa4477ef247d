import { and, eq, gte, lt, sql } from 'drizzle-orm'
import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { readRange } from './day-range.ts'
import { costEntries } from './schema.ts'

export const costSummarySchema = z
  .object({
    from: z.iso.date(),
    to: z.iso.date().openapi({ description: 'The first day that is not counted.' }),
    totalMicros: z.int().openapi({ description: 'Millionths of a US dollar.' }),
    rows: z.array(
      z.object({
        day: z.iso.date(),
        kind: z.string(),
        item: z.string(),
        unit: z.string(),
        quantity: z.number(),
        costMicros: z.int(),
        uses: z.int(),
      }),
    ),
  })
  .openapi('CostSummary')

export type CostSummary = z.infer<typeof costSummarySchema>

export type SummarizeCosts = {
  actor: Actor
  /** First day, UTC; 30 days before the end by default. */
  from?: string
  /** First day that is not counted, UTC; tomorrow by default. */
  to?: string
}

/** What the workspace used and what it cost, by day (UTC), kind and item. */
export async function summarizeCosts(
  deps: { db: Db; now?: () => Date },
  input: SummarizeCosts,
): Promise<CostSummary> {
  assertMay(input.actor, 'costs.read')
  const { from, to } = readRange(deps, input)

  const day = sql<string>`to_char(${costEntries.usedAt} at time zone 'UTC', 'YYYY-MM-DD')`
  const rows = await deps.db
    .select({
      day: day.as('day'),
      kind: costEntries.kind,
      item: costEntries.item,
      unit: costEntries.unit,
      quantity: sql<number>`sum(${costEntries.quantity})`.mapWith(Number),
      costMicros: sql<number>`sum(${costEntries.costMicros})`.mapWith(Number),
      uses: sql<number>`count(*)`.mapWith(Number),
    })
    .from(costEntries)
    .where(
      and(
        eq(costEntries.workspaceId, input.actor.workspaceId),
        gte(costEntries.usedAt, new Date(from)),
        lt(costEntries.usedAt, new Date(to)),
      ),
    )
    .groupBy(sql`1`, costEntries.kind, costEntries.item, costEntries.unit)
    .orderBy(sql`1`, costEntries.kind, costEntries.item)
  return { from, to, totalMicros: rows.reduce((sum, row) => sum + row.costMicros, 0), rows }
}
