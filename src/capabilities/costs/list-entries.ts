import { and, desc, eq, gte, lt } from 'drizzle-orm'
import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../platform/http/pagination.ts'
import { readRange } from './day-range.ts'
import { costEntries } from './schema.ts'

export const costEntrySchema = z
  .object({
    id: z.string(),
    usedAt: z.iso.datetime(),
    kind: z.string(),
    item: z.string(),
    quantity: z.number(),
    unit: z.string(),
    costMicros: z.int(),
    priceId: z.string().nullable(),
    subjectId: z.string(),
    topic: z.string().nullable(),
    model: z.string().nullable(),
    videoId: z.string().nullable(),
    postId: z.string().nullable(),
    isCached: z.boolean(),
  })
  .openapi('CostEntry')

export type CostEntry = z.infer<typeof costEntrySchema>

export type ListEntries = PageQuery & { actor: Actor; from?: string; to?: string; subjectId?: string }

/** The ledger of the actor's workspace, newest first. */
export async function listEntries(
  deps: { db: Db; now?: () => Date },
  input: ListEntries,
): Promise<Page<CostEntry>> {
  assertMay(input.actor, 'costs.read')
  const { from, to } = readRange(deps, input)
  const before = decodeCursor(z.string(), input.cursor)
  const rows = await deps.db
    .select()
    .from(costEntries)
    .where(
      and(
        eq(costEntries.workspaceId, input.actor.workspaceId),
        gte(costEntries.usedAt, new Date(from)),
        lt(costEntries.usedAt, new Date(to)),
        input.subjectId ? eq(costEntries.subjectId, input.subjectId) : undefined,
        before ? lt(costEntries.id, before) : undefined,
      ),
    )
    .orderBy(desc(costEntries.id))
    .limit(input.limit + 1)
  const page = toPage(rows, input.limit, (row) => row.id)
  return { ...page, items: page.items.map(toEntry) }
}

/** The ledger as CSV in pieces, for a download of any length: it is never in memory as a whole. */
export async function* entriesCsv(
  deps: { db: Db; now?: () => Date },
  input: Omit<ListEntries, 'limit' | 'cursor'>,
): AsyncGenerator<string> {
  const columns = Object.keys(costEntrySchema.shape) as Array<keyof CostEntry>
  let cursor: string | undefined
  let isFirst = true
  do {
    const page = await listEntries(deps, { ...input, limit: 500, ...(cursor ? { cursor } : {}) })
    const lines = page.items.map((entry) => columns.map((column) => csvCell(entry[column])).join(','))
    yield [...(isFirst ? [columns.join(',')] : []), ...lines].map((line) => `${line}\r\n`).join('')
    isFirst = false
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

/** RFC 4180, and no cell that a spreadsheet would run as a formula. */
export function csvCell(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value)
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

function toEntry(row: typeof costEntries.$inferSelect): CostEntry {
  const { id, kind, item, quantity, unit, costMicros, priceId, subjectId } = row
  const { topic, model, videoId, postId, isCached, usedAt } = row
  const what = { id, kind, item, quantity, unit, costMicros, priceId, subjectId }
  return { ...what, topic, model, videoId, postId, isCached, usedAt: usedAt.toISOString() }
}
