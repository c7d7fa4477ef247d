import { and, asc, eq, lte, sql } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import type { AssetDeps } from './asset-deps.ts'
import { assetDerived, assetRemovals, assets } from './schema.ts'

/** How long a store may take from the first byte to the row that knows of it. */
const intentMs = 24 * 3_600_000

/**
 * Says that bytes are about to be stored under a key, or a prefix with its slash. If nobody takes it back with
 * `confirmStored`, they are removed a day later.
 */
export async function intendStore(db: Db, target: string, now: Date): Promise<void> {
  const notBefore = new Date(now.getTime() + intentMs)
  await db.insert(assetRemovals).values({ target, notBefore }).onConflictDoUpdate({
    target: assetRemovals.target,
    set: { notBefore },
  })
}

/** Takes the intent back, in the transaction that adds the row pointing at the bytes. */
export async function confirmStored(tx: Db, target: string): Promise<void> {
  await lockTarget(tx, target)
  await tx.delete(assetRemovals).where(eq(assetRemovals.target, target))
}

/** Has bytes removed soon, in the transaction that removes the last row pointing at them. */
export async function queueRemoval(tx: Db, target: string, now: Date): Promise<void> {
  await tx
    .insert(assetRemovals)
    .values({ target, notBefore: now })
    .onConflictDoUpdate({
      target: assetRemovals.target,
      set: { notBefore: now },
    })
}

/**
 * Removes from the storage what nothing points at any more. Safe to run in several processes at once and at any
 * time; to be called now and then, and after deletions. Returns how many keys and prefixes it removed.
 *
 * `includeIntents` also takes what was begun and not yet confirmed. Only while nothing is being stored, for a check
 * that nothing is left over.
 */
export async function sweepAssets(
  deps: Pick<AssetDeps, 'db' | 'storage' | 'now'>,
  options: { includeIntents?: boolean } = {},
): Promise<number> {
  const now = deps.now?.() ?? new Date()
  const isDue = options.includeIntents ? undefined : lte(assetRemovals.notBefore, now)
  const due = await deps.db
    .select({ target: assetRemovals.target })
    .from(assetRemovals)
    .where(isDue)
    .orderBy(asc(assetRemovals.notBefore))
    .limit(500)
  let removed = 0
  for (const { target } of due) {
    await deps.db.transaction(async (tx) => {
      await lockTarget(tx, target)
      // The same content may be on its way back since our look. Whoever stores it now waits for our lock on the row
      // in `intendStore`, so nothing is removed after it was stored anew.
      const [still] = await tx
        .select()
        .from(assetRemovals)
        .where(and(eq(assetRemovals.target, target), isDue))
        .for('update')
      if (!still) return
      if (!(await isUsed(tx, target))) {
        if (target.endsWith('/')) await deps.storage.deletePrefix(target)
        else await deps.storage.delete(target)
        removed++
      }
      await tx.delete(assetRemovals).where(eq(assetRemovals.target, target))
    })
  }
  return removed
}

async function isUsed(tx: Db, target: string): Promise<boolean> {
  const rows = target.endsWith('/')
    ? await tx
        .select({ one: sql`1` })
        .from(assetDerived)
        .where(eq(assetDerived.prefix, target))
        .limit(1)
    : await tx
        .select({ one: sql`1` })
        .from(assets)
        .where(eq(assets.storageKey, target))
        .limit(1)
  return rows.length > 0
}

// Between storing and confirming, and between looking and removing, nobody else may act on the same key.
async function lockTarget(tx: Db, target: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`stored ${target}`}, 0))`)
}
