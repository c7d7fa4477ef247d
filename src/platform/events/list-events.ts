import { and, asc, eq, getTableColumns, gt } from 'drizzle-orm'
import type { AppEvent } from '../../kernel/events.ts'
import type { Db } from '../db/client.ts'
import { events } from './schema.ts'

/** A recorded event with its place in the record. */
export type RecordedEvent = AppEvent & { seq: number; at: Date }

/** The events of a workspace after a position, oldest first, at most `limit`. */
export async function listEventsAfter(
  db: Db,
  workspaceId: string,
  seq: number,
  limit: number,
): Promise<RecordedEvent[]> {
  const { isTaken: _isTaken, ...columns } = getTableColumns(events)
  return db
    .select(columns)
    .from(events)
    .where(and(eq(events.workspaceId, workspaceId), gt(events.seq, seq)))
    .orderBy(asc(events.seq))
    .limit(limit)
}
