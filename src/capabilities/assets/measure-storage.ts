import { eq, sql } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import { assetDerived, assets } from './schema.ts'

const ages = [0, 30, 90, 180] as const

/** How much a workspace keeps, in disjoint rows by the age of the file in days. Derived files are as old as made. */
export async function measureStorage(
  deps: { db: Db; now?: () => Date },
  workspaceId: string,
): Promise<Array<{ ageDaysAtLeast: number; bytes: number; objects: number }>> {
  const now = (deps.now?.() ?? new Date()).toISOString()
  const age = (column: typeof assets.createdAt | typeof assetDerived.createdAt) =>
    sql<number>`(case when ${column} <= ${now}::timestamptz - interval '180 days' then 180
      when ${column} <= ${now}::timestamptz - interval '90 days' then 90
      when ${column} <= ${now}::timestamptz - interval '30 days' then 30 else 0 end)`.mapWith(Number)
  const count = sql<number>`count(*)`.mapWith(Number)
  const rows = [
    ...(await deps.db
      .select({ age: age(assets.createdAt), bytes: bytesOf(assets.sizeBytes), objects: count })
      .from(assets)
      .where(eq(assets.workspaceId, workspaceId))
      .groupBy(sql`1`)),
    ...(await deps.db
      .select({ age: age(assetDerived.createdAt), bytes: bytesOf(assetDerived.sizeBytes), objects: count })
      .from(assetDerived)
      .innerJoin(assets, eq(assets.id, assetDerived.assetId))
      .where(eq(assets.workspaceId, workspaceId))
      .groupBy(sql`1`)),
  ]
  return ages.map((ageDaysAtLeast) => {
    const mine = rows.filter((row) => row.age === ageDaysAtLeast)
    return {
      ageDaysAtLeast,
      bytes: mine.reduce((sum, row) => sum + row.bytes, 0),
      objects: mine.reduce((sum, row) => sum + row.objects, 0),
    }
  })
}

function bytesOf(column: typeof assets.sizeBytes | typeof assetDerived.sizeBytes) {
  return sql<number>`coalesce(sum(${column}), 0)`.mapWith(Number)
}
