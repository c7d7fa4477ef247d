import { and, eq, sql } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { notificationErrors } from './errors.ts'
import { meantFor } from './list-notifications.ts'
import { notificationReads, notifications } from './schema.ts'

type Deps = { db: Db; now?: () => Date }

/** Marks one notification as read by this actor; others still see it unread. Reading twice keeps the first time. */
export async function markRead(deps: Deps, input: { actor: Actor; notificationId: string }): Promise<void> {
  const { actor, notificationId } = input
  assertMay(actor, 'notifications.write')
  const [found] = await deps.db
    .select({ id: notifications.id })
    .from(notifications)
    .where(and(meantFor(actor), eq(notifications.id, notificationId)))
  if (!found) throw notificationErrors.notFound(`There is no notification ${notificationId}.`)
  await deps.db
    .insert(notificationReads)
    .values({ notificationId, readerId: actor.id, readAt: deps.now?.() ?? new Date() })
    .onConflictDoNothing()
}

/** Marks everything this actor sees as read. Returns how many were unread. */
export async function markAllRead(deps: Deps, input: { actor: Actor }): Promise<number> {
  assertMay(input.actor, 'notifications.write')
  const readAt = (deps.now?.() ?? new Date()).toISOString()
  const marked = await deps.db
    .insert(notificationReads)
    .select(
      deps.db
        .select({
          notificationId: notifications.id,
          readerId: sql<string>`${input.actor.id}`.as('reader_id'),
          readAt: sql<Date>`${readAt}::timestamptz`.as('read_at'),
        })
        .from(notifications)
        .where(meantFor(input.actor)),
    )
    .onConflictDoNothing()
    .returning({ id: notificationReads.notificationId })
  return marked.length
}
