import { sql } from 'drizzle-orm'
import type { AppEvent } from '../../kernel/events.ts'
import type { Db } from '../db/client.ts'
import { events } from './schema.ts'

/** The notification channel that carries events between the processes of an installation. */
export const eventChannel = 'creatorops_events'

/** Records an event in the caller's transaction; everyone who listens hears of it when that commits. */
export async function publishEvent(db: Db, event: AppEvent): Promise<void> {
  const { type, workspaceId, subjectId, data } = event
  const [row] = await db
    .insert(events)
    .values({ type, workspaceId, subjectId, data })
    .returning({ seq: events.seq })
  await db.execute(sql`select pg_notify(${eventChannel}, ${JSON.stringify({ workspaceId, seq: row!.seq })})`)
}
