import { lt } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import { sessions, signInFailures, verifications } from './schema.ts'

const dayMs = 24 * 3_600_000

/** Deletes what has run out: sessions, unfinished sign-in flows, and failure counts nobody waits for. Safe any time. */
export async function sweepIdentity(deps: { db: Db; now?: () => Date }): Promise<void> {
  const now = deps.now?.() ?? new Date()
  await deps.db.delete(sessions).where(lt(sessions.expiresAt, now))
  await deps.db.delete(verifications).where(lt(verifications.expiresAt, now))
  await deps.db.delete(signInFailures).where(lt(signInFailures.lastFailedAt, new Date(now.getTime() - dayMs)))
}
