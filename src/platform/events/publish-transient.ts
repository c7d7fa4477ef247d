import { sql } from 'drizzle-orm'
import type { AppEvent } from '../../kernel/events.ts'
import type { Db } from '../db/client.ts'
import { eventChannel } from './publish-event.ts'

/**
 * Tells those who listen right now, and nobody later: for progress ticks, whose last value is in a row anyway.
 * The event must fit a notification (8,000 bytes); a larger one is dropped by its listeners' next look at the row.
 */
export async function publishTransient(db: Db, event: AppEvent): Promise<void> {
  const text = JSON.stringify({ workspaceId: event.workspaceId, event })
  if (Buffer.byteLength(text) >= 8_000) return
  await db.execute(sql`select pg_notify(${eventChannel}, ${text})`)
}
