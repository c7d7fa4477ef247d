import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm'
import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { readRange } from './day-range.ts'
import { costEntries } from './schema.ts'

/** By what a report can be broken down. */
export const costGroups = ['day', 'kind', 'item', 'topic', 'model', 'video', 'post', 'subject'] as const
export type CostGroup = (typeof costGroups)[number]

export const costReportSchema = z
  .object({
    from: z.iso.date(),
    to: z.iso.date().openapi({ description: 'The first day that is not counted.' }),
    by: z.enum(costGroups),
    totalMicros: z.int(),
    cachedUses: z.int().openapi({ description: 'Uses served from the development cache, for nothing.' }),
    rows: z.array(
      z.object({
        name: z.string().openapi({ description: 'Empty for uses that belong to none.' }),
        costMicros: z.int(),
        uses: z.int(),
        percent: z.number(),
      }),
    ),
  })
  .openapi('CostReport')

export type CostReport = z.infer<typeof costReportSchema>

const columns: Record<CostGroup, SQL<string>> = {
  day: sql`to_char(${costEntries.usedAt} at time zone 'UTC', 'YYYY-MM-DD')`,
  kind: sql`${costEntries.kind}`,
  item: sql`${costEntries.item}`,
  topic: sql`coalesce(${costEntries.topic}, '')`,
  model: sql`coalesce(${costEntries.model}, '')`,
  video: sql`coalesce(${costEntries.videoId}, '')`,
  post: sql`coalesce(${costEntries.postId}, '')`,
  subject: sql`${costEntries.subjectId}`,
}

export type ReportCosts = { actor: Actor; from?: string; to?: string; by: CostGroup }

/** What a range of days (UTC, default the last 30) cost, broken down one way, dearest first; days in order. */
export async function reportCosts(
  deps: { db: Db; now?: () => Date },
  input: ReportCosts,
): Promise<CostReport> {
  assertMay(input.actor, 'costs.read')
  const { from, to } = readRange(deps, input)
  const name = columns[input.by]
  const rows = await deps.db
    .select({
      name: name.as('name'),
      costMicros: sql<number>`sum(${costEntries.costMicros})`.mapWith(Number),
      uses: sql<number>`count(*)`.mapWith(Number),
      cachedUses: sql<number>`count(*) filter (where ${costEntries.isCached})`.mapWith(Number),
    })
    .from(costEntries)
    .where(
      and(
        eq(costEntries.workspaceId, input.actor.workspaceId),
        gte(costEntries.usedAt, new Date(from)),
        lt(costEntries.usedAt, new Date(to)),
      ),
    )
    .groupBy(sql`1`)
    .orderBy(input.by === 'day' ? sql`1` : sql`2 desc, 1`)
    .limit(1_000)
  const totalMicros = rows.reduce((sum, row) => sum + row.costMicros, 0)
  return {
    from,
    to,
    by: input.by,
    totalMicros,
    cachedUses: rows.reduce((sum, row) => sum + row.cachedUses, 0),
    rows: rows.map(({ name: rowName, costMicros, uses }) => ({
      name: rowName,
      costMicros,
      uses,
      percent: totalMicros === 0 ? 0 : Math.round((costMicros / totalMicros) * 1e3) / 10,
    })),
  }
}
