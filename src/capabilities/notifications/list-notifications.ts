import { and, count, desc, eq, getTableColumns, isNull, lt, or, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../platform/http/pagination.ts'
import type { Notification } from './notification.ts'
import { notificationReads, notifications } from './schema.ts'

export type ListNotifications = PageQuery & { actor: Actor; unreadOnly?: boolean }

/** What this actor should know, newest first, and how much of it is unread. */
export async function listNotifications(
  deps: { db: Db },
  input: ListNotifications,
): Promise<Page<Notification> & { unreadCount: number }> {
  const { actor } = input
  assertMay(actor, 'notifications.read')
  const before = decodeCursor(z.string(), input.cursor)
  const rows = await deps.db
    .select({ ...getTableColumns(notifications), readAt: notificationReads.readAt })
    .from(notifications)
    .leftJoin(notificationReads, readBy(actor))
    .where(
      and(
        meantFor(actor),
        input.unreadOnly ? isNull(notificationReads.readAt) : undefined,
        before ? lt(notifications.id, before) : undefined,
      ),
    )
    .orderBy(desc(notifications.id))
    .limit(input.limit + 1)
  const page = toPage(rows, input.limit, (row) => row.id)
  const items = page.items.map(({ id, kind, title, body, subjectId, readAt, createdAt }) => {
    const times = { readAt: readAt?.toISOString() ?? null, createdAt: createdAt.toISOString() }
    return { id, kind, title, body, subjectId, ...times }
  })
  return { ...page, items, unreadCount: await countUnread(deps, actor) }
}

async function countUnread(deps: { db: Db }, actor: Actor): Promise<number> {
  const [row] = await deps.db
    .select({ unread: count() })
    .from(notifications)
    .leftJoin(notificationReads, readBy(actor))
    .where(and(meantFor(actor), isNull(notificationReads.readAt)))
  return row?.unread ?? 0
}

function readBy(actor: Actor): SQL | undefined {
  return and(eq(notificationReads.notificationId, notifications.id), eq(notificationReads.readerId, actor.id))
}

/** Those for everyone in the workspace and those for this actor; never those for somebody else. */
export function meantFor(actor: Actor): SQL | undefined {
  return and(
    eq(notifications.workspaceId, actor.workspaceId),
    or(isNull(notifications.personId), eq(notifications.personId, actor.id)),
  )
}
