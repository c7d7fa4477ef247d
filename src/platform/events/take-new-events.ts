import { asc, eq, inArray } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import type { RecordedEvent } from './list-events.ts'
import { events } from './schema.ts'

/**
 * Takes events that nobody has taken yet, of all workspaces, in the caller's transaction: each event is taken once,
 * by a transaction that commits. A position in the record would not do, since numbers commit out of order and an
 * event that commits late would be passed over.
 */
export async function takeNewEvents(tx: Db, limit: number): Promise<RecordedEvent[]> {
  const fresh = tx
    .select({ seq: events.seq })
    .from(events)
    .where(eq(events.isTaken, false))
    .orderBy(asc(events.seq))
    .limit(limit)
    .for('update', { skipLocked: true })
  const { seq, type, workspaceId, subjectId, data, at } = events
  const taken = await tx
    .update(events)
    .set({ isTaken: true })
    .where(inArray(events.seq, fresh))
    .returning({ seq, type, workspaceId, subjectId, data, at })
  return taken.sort((a, b) => a.seq - b.seq)
}
