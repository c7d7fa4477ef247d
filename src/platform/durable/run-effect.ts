import { and, eq, sql } from 'drizzle-orm'

import type { Db } from '../db/client.ts'
import { runEffects } from './schema.ts'

/** Names one effect of one attempt of a run. */
export type EffectKey = { runId: string; attempt: number; effect: string }

/**
 * Applies an effect exactly once: the row that remembers it commits with what `fn` wrote, or neither does. Two
 * simultaneous tries are put in line by the row's key; the second one gets the first one's result.
 * When the signal is aborted before the end, nothing is kept.
 */
export async function applyOnce<T>(
  db: Db,
  key: EffectKey,
  fn: (tx: Db) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return db.transaction(async (tx) => {
    const mine = and(
      eq(runEffects.runId, key.runId),
      eq(runEffects.attempt, key.attempt),
      eq(runEffects.effect, key.effect),
    )
    const claimed = await tx
      .insert(runEffects)
      .values(key)
      .onConflictDoNothing()
      .returning({ runId: runEffects.runId })
    if (claimed.length === 0) {
      const [row] = await tx.select({ result: runEffects.result }).from(runEffects).where(mine)
      return row!.result as T
    }
    const result = (await fn(tx)) ?? null
    signal?.throwIfAborted()
    await tx
      .update(runEffects)
      .set({ result, applied: sql`${runEffects.applied} + 1` })
      .where(mine)
    return result as T
  })
}
