import { and, eq, lt } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { idempotencyKeys } from './schema.ts'

/** What makes two requests the same one. */
export type IdempotencyScope = { workspaceId: string; actorId: string; route: string; key: string }
export type StoredAnswer = { status: number; body: string; headers: Record<string, string> }

/** What became of an attempt to claim a key. */
export type Claim =
  | { kind: 'mine' }
  | { kind: 'answered'; requestHash: string; answer: StoredAnswer }
  | { kind: 'pending'; requestHash: string; sinceMs: number }

/** Remembers the answers of requests that carry an Idempotency-Key, for a day. */
export type IdempotencyStore = {
  claim(scope: IdempotencyScope, requestHash: string): Promise<Claim>
  answer(scope: IdempotencyScope, answer: StoredAnswer): Promise<void>
  /** Frees a key whose request changed nothing, so that the same key may be tried again. */
  release(scope: IdempotencyScope): Promise<void>
}

const keepMs = 24 * 3_600_000
const sweepEveryMs = 3_600_000

/** The store on our database. Forgets keys older than a day, at most once an hour and only when used. */
export function createIdempotencyStore(db: Db, now: () => Date = () => new Date()): IdempotencyStore {
  let sweptAtMs = 0

  async function sweep(): Promise<void> {
    const nowMs = now().getTime()
    if (nowMs - sweptAtMs < sweepEveryMs) return
    sweptAtMs = nowMs
    await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, new Date(nowMs - keepMs)))
  }

  return {
    async claim(scope, requestHash) {
      await sweep()
      const inserted = await db
        .insert(idempotencyKeys)
        .values({ ...scope, requestHash, createdAt: now() })
        .onConflictDoNothing()
        .returning({ key: idempotencyKeys.key })
      if (inserted.length > 0) return { kind: 'mine' }
      const [row] = await db.select().from(idempotencyKeys).where(matches(scope))
      // Released between the two statements: the next attempt decides.
      if (!row) return { kind: 'pending', requestHash, sinceMs: 0 }
      if (row.status === null) {
        return {
          kind: 'pending',
          requestHash: row.requestHash,
          sinceMs: now().getTime() - row.createdAt.getTime(),
        }
      }
      const answer = { status: row.status, body: row.body ?? '', headers: row.headers ?? {} }
      return { kind: 'answered', requestHash: row.requestHash, answer }
    },
    async answer(scope, answer) {
      await db.update(idempotencyKeys).set(answer).where(matches(scope))
    },
    async release(scope) {
      await db.delete(idempotencyKeys).where(matches(scope))
    },
  }
}

function matches(scope: IdempotencyScope) {
  return and(
    eq(idempotencyKeys.workspaceId, scope.workspaceId),
    eq(idempotencyKeys.actorId, scope.actorId),
    eq(idempotencyKeys.route, scope.route),
    eq(idempotencyKeys.key, scope.key),
  )
}
