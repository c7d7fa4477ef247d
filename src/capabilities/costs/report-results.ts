import { and, eq, inArray, or } from 'drizzle-orm'
import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { readRange } from './day-range.ts'
import { costEntries } from './schema.ts'

/** Something finished that money was spent on. Capabilities that finish things hand in how to list them. */
export type FinishedResult = {
  kind: 'video' | 'post'
  id: string
  title: string
  finishedAt: Date
  /** Runs, clips and other subjects of the ledger whose costs belong to it. */
  subjectIds: string[]
}
export type ListResults = (workspaceId: string, range: { from: Date; to: Date }) => Promise<FinishedResult[]>

const breakdown = z.array(z.object({ kind: z.string(), costMicros: z.int() }))

export const costResultsSchema = z
  .object({
    from: z.iso.date(),
    to: z.iso.date(),
    averages: z.array(
      z.object({
        kind: z.enum(['video', 'post']),
        count: z.int(),
        averageMicros: z.int(),
        breakdown,
      }),
    ),
    items: z.array(
      z.object({
        kind: z.enum(['video', 'post']),
        id: z.string(),
        title: z.string(),
        finishedAt: z.iso.datetime(),
        costMicros: z.int(),
        breakdown,
      }),
    ),
  })
  .openapi('CostResults')

export type CostResults = z.infer<typeof costResultsSchema>

/** What each finished video and published post of a range cost, with a breakdown by kind, dearest first. */
export async function reportResults(
  deps: { db: Db; now?: () => Date; listResults: readonly ListResults[] },
  input: { actor: Actor; from?: string; to?: string },
): Promise<CostResults> {
  assertMay(input.actor, 'costs.read')
  const range = readRange(deps, input)
  const { workspaceId } = input.actor
  const dates = { from: new Date(range.from), to: new Date(range.to) }
  const found = (await Promise.all(deps.listResults.map((list) => list(workspaceId, dates)))).flat()
  const costs = await costsOf(deps.db, workspaceId, found)
  const items = found
    .map((result, at) => {
      const parts = costs[at]!
      const costMicros = sumOf(parts)
      const { kind, id, title, finishedAt } = result
      return { kind, id, title, finishedAt: finishedAt.toISOString(), costMicros, breakdown: parts }
    })
    .sort((a, b) => b.costMicros - a.costMicros || b.finishedAt.localeCompare(a.finishedAt))
  const averages = (['video', 'post'] as const).flatMap((kind) => {
    const some = items.filter((item) => item.kind === kind)
    if (some.length === 0) return []
    const all = merge(some.flatMap((item) => item.breakdown))
    const share = all.map((part) => ({ ...part, costMicros: Math.round(part.costMicros / some.length) }))
    return [
      { kind, count: some.length, averageMicros: Math.round(sumOf(all) / some.length), breakdown: share },
    ]
  })
  return { ...range, averages, items }
}

type Part = { kind: string; costMicros: number }

async function costsOf(db: Db, workspaceId: string, results: readonly FinishedResult[]): Promise<Part[][]> {
  const ids = results.map(({ id }) => id)
  const subjects = results.flatMap(({ id, subjectIds }) => [id, ...subjectIds])
  if (ids.length === 0) return []
  const entries = await db
    .select({
      kind: costEntries.kind,
      costMicros: costEntries.costMicros,
      subjectId: costEntries.subjectId,
      videoId: costEntries.videoId,
      postId: costEntries.postId,
    })
    .from(costEntries)
    .where(
      and(
        eq(costEntries.workspaceId, workspaceId),
        or(
          inArray(costEntries.videoId, ids),
          inArray(costEntries.postId, ids),
          inArray(costEntries.subjectId, subjects),
        ),
      ),
    )
  return results.map(({ id, subjectIds }) => {
    const mine = new Set([id, ...subjectIds])
    const own = entries.filter((e) => e.videoId === id || e.postId === id || mine.has(e.subjectId))
    return merge(own)
  })
}

function merge(parts: readonly Part[]): Part[] {
  const sums = new Map<string, number>()
  for (const { kind, costMicros } of parts) sums.set(kind, (sums.get(kind) ?? 0) + costMicros)
  return [...sums]
    .map(([kind, costMicros]) => ({ kind, costMicros }))
    .sort((a, b) => b.costMicros - a.costMicros)
}

function sumOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.costMicros, 0)
}
