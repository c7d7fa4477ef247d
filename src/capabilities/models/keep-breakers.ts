import { eq, inArray } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import { afterCall, type Breaker, closedBreaker, tryPass } from './breaker.ts'
import { modelBreakers } from './schema.ts'

export type KnownBreaker = Breaker & {
  model: string
  lastFailure: string | null
  checkedAt: Date | null
  checkResult: string | null
}

/** The breakers of these models; one that never failed is closed. */
export async function readBreakers(db: Db, models: readonly string[]): Promise<Map<string, KnownBreaker>> {
  if (models.length === 0) return new Map()
  const rows = await db
    .select()
    .from(modelBreakers)
    .where(inArray(modelBreakers.model, [...models]))
  return new Map(rows.map((row) => [row.model, row]))
}

/**
 * Whether a call to a model may pass. For a model that rests, one process at a time gets through when the rest is
 * over. A closed breaker is only read, so healthy models cost one lookup.
 */
export async function passBreaker(db: Db, model: string, at: Date): Promise<boolean> {
  const [seen] = await db.select().from(modelBreakers).where(eq(modelBreakers.model, model))
  if (!seen || seen.state === 'closed') return true
  if (!tryPass(seen, at).passes) return false
  return db.transaction(async (tx) => {
    const [row] = await tx.select().from(modelBreakers).where(eq(modelBreakers.model, model)).for('update')
    if (!row) return true
    const { passes, next } = tryPass(row, at)
    if (passes && next !== row) {
      const { state, inARow, timesOpened, probeAt } = next
      await tx
        .update(modelBreakers)
        .set({ state, inARow, timesOpened, probeAt, changedAt: at })
        .where(eq(modelBreakers.model, model))
    }
    return passes
  })
}

/** Tells a breaker how a call ended. Returns its state before and after. */
export async function reportToBreaker(
  db: Db,
  report: { model: string; isGood: boolean; failure?: string; at: Date },
): Promise<{ before: Breaker['state']; after: Breaker['state'] }> {
  const { model, at, failure } = report
  const [seen] = await db.select().from(modelBreakers).where(eq(modelBreakers.model, model))
  const isCalm = !seen || (seen.state === 'closed' && seen.inARow === 0)
  if (report.isGood && isCalm) return { before: 'closed', after: 'closed' }
  return db.transaction(async (tx) => {
    await tx
      .insert(modelBreakers)
      .values({ model, ...closedBreaker, changedAt: at })
      .onConflictDoNothing()
    const [row] = await tx.select().from(modelBreakers).where(eq(modelBreakers.model, model)).for('update')
    const { state, inARow, timesOpened, probeAt } = afterCall(row!, report)
    await tx
      .update(modelBreakers)
      .set({
        state,
        inARow,
        timesOpened,
        probeAt,
        changedAt: at,
        ...(failure ? { lastFailure: failure } : {}),
      })
      .where(eq(modelBreakers.model, model))
    return { before: row!.state, after: state }
  })
}

/** Keeps what an active check found. A good one ends the rest of an open breaker, so that traffic can come back. */
export async function noteCheck(db: Db, check: { model: string; result: string; at: Date }): Promise<void> {
  const { model, result, at } = check
  await db.transaction(async (tx) => {
    await tx
      .insert(modelBreakers)
      .values({ model, ...closedBreaker, changedAt: at })
      .onConflictDoNothing()
    const [row] = await tx.select().from(modelBreakers).where(eq(modelBreakers.model, model)).for('update')
    const mayProbe = result === 'ok' && row!.state === 'open'
    await tx
      .update(modelBreakers)
      .set({ checkedAt: at, checkResult: result, ...(mayProbe ? { probeAt: at } : {}) })
      .where(eq(modelBreakers.model, model))
  })
}
