import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import { identityErrors } from './errors.ts'
import { signInFailures } from './schema.ts'

export type AttemptDeps = { db: Db; now: () => Date }
export type Attempt = { email: string; address: string }

type Rule = { freeFailures: number; firstLockMs: number; longestLockMs: number; forgetAfterMs: number }

const hourMs = 3_600_000

/**
 * After this many failures each further one locks, twice as long as the one before. An address gets more, since an
 * office shares one.
 */
const rules: Record<'account' | 'address', Rule> = {
  account: { freeFailures: 5, firstLockMs: 30_000, longestLockMs: hourMs, forgetAfterMs: 24 * hourMs },
  address: { freeFailures: 20, firstLockMs: 60_000, longestLockMs: hourMs, forgetAfterMs: 24 * hourMs },
}

/**
 * Opens a sign-in attempt, or refuses it with `identity.tooManyAttempts` while the account or the address is locked.
 * The attempt counts as failed from the start and is taken back on success, so that many at once cannot slip
 * through. Unknown addresses are counted the same way: the answer does not tell whether an account exists.
 */
export async function openAttempt(deps: AttemptDeps, attempt: Attempt): Promise<void> {
  const now = deps.now()
  await deps.db.transaction(async (tx) => {
    for (const { key, kind } of keysOf(attempt)) {
      await tx.insert(signInFailures).values({ key, failures: 0, lastFailedAt: now }).onConflictDoNothing()
      const [row] = await tx.select().from(signInFailures).where(eq(signInFailures.key, key)).for('update')
      if (row?.lockedUntil && row.lockedUntil > now) throw locked(row.lockedUntil, now)
      const rule = rules[kind]
      const isForgotten = !row || now.getTime() - row.lastFailedAt.getTime() > rule.forgetAfterMs
      const failures = (isForgotten ? 0 : row.failures) + 1
      const set = { failures, lastFailedAt: now, lockedUntil: lockEnd(rule, failures, now) }
      await tx.update(signInFailures).set(set).where(eq(signInFailures.key, key))
    }
  })
}

/**
 * Takes an attempt back after a right password. The account starts afresh; the address only gets this one back, or
 * someone with one account could guess at others for ever.
 */
export async function succeedAttempt(deps: AttemptDeps, attempt: Attempt): Promise<void> {
  const [account, address] = keysOf(attempt)
  await deps.db.transaction(async (tx) => {
    await tx.delete(signInFailures).where(eq(signInFailures.key, account.key))
    const [row] = await tx
      .select()
      .from(signInFailures)
      .where(eq(signInFailures.key, address.key))
      .for('update')
    if (!row) return
    const failures = Math.max(0, row.failures - 1)
    await tx
      .update(signInFailures)
      .set({ failures, lockedUntil: failures < rules.address.freeFailures ? null : row.lockedUntil })
      .where(eq(signInFailures.key, address.key))
  })
}

// Always account first: two attempts that lock rows in different orders would wait for each other.
function keysOf(attempt: Attempt): [KeyOf<'account'>, KeyOf<'address'>] {
  // Hashed, so that what people type by mistake (a password) is not kept.
  const account = createHash('sha256').update(attempt.email.trim().toLowerCase()).digest('hex')
  return [
    { kind: 'account', key: `account:${account}` },
    { kind: 'address', key: `address:${attempt.address}` },
  ]
}

type KeyOf<Kind> = { kind: Kind; key: string }

function lockEnd(rule: Rule, failures: number, now: Date): Date | null {
  const over = failures - rule.freeFailures
  if (over < 0) return null
  const lockMs = Math.min(rule.longestLockMs, rule.firstLockMs * 2 ** Math.min(over, 20))
  return new Date(now.getTime() + lockMs)
}

function locked(until: Date, now: Date) {
  const retryAfterS = Math.ceil((until.getTime() - now.getTime()) / 1000)
  return identityErrors.tooManyAttempts(`Too many failed sign-ins; try again in ${retryAfterS} s.`, {
    detail: { retryAfterS, lockedUntil: until.toISOString() },
  })
}
