import { eq, sql } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import { type ProductionFacts, productions } from './schema.ts'

/** Adds what a step has found to the production's row, in the caller's transaction. */
export async function addFacts(tx: Db, productionId: string, facts: ProductionFacts): Promise<void> {
  await tx
    .update(productions)
    .set({ facts: sql`${productions.facts} || ${JSON.stringify(facts)}::jsonb` })
    .where(eq(productions.id, productionId))
}
