import { and, eq, lt, sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { events } from './schema.ts'

/** For how long a reader of the stream may have been away and still hear of everything. */
export const eventsKeptDays = 30

/** Forgets old events that have been handed out. Safe in several processes at once. */
export async function sweepEvents(db: Db): Promise<void> {
  const before = sql`now() - make_interval(days => ${eventsKeptDays})`
  await db.delete(events).where(and(eq(events.isTaken, true), lt(events.at, before)))
}
