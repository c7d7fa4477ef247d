import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../platform/http/pagination.ts'
import { invitations } from './schema.ts'
import type { Invitation } from './workspace.ts'

const positionSchema = z.tuple([z.iso.datetime(), z.string()])

/** The open invitations of the actor's workspace, newest first. */
export async function listInvitations(
  deps: { db: Db; now: () => Date },
  actor: Actor,
  query: PageQuery,
): Promise<Page<Invitation>> {
  assertMay(actor, 'members.read')
  const after = decodeCursor(positionSchema, query.cursor)
  const rows = await deps.db
    .select()
    .from(invitations)
    .where(
      and(
        eq(invitations.workspaceId, actor.workspaceId),
        isNull(invitations.acceptedAt),
        isNull(invitations.revokedAt),
        gt(invitations.expiresAt, deps.now()),
        after
          ? sql`(${invitations.createdAt}, ${invitations.id}) < (${after[0]}::timestamptz, ${after[1]})`
          : undefined,
      ),
    )
    .orderBy(desc(invitations.createdAt), desc(invitations.id))
    .limit(query.limit + 1)
  const page = toPage(rows, query.limit, (row) => [row.createdAt.toISOString(), row.id])
  return { ...page, items: page.items.map(toInvitation) }
}

/** An invitation as the API shows it: never its token. */
export function toInvitation(
  row: Pick<typeof invitations.$inferSelect, 'id' | 'email' | 'role' | 'createdAt' | 'expiresAt'>,
): Invitation {
  const { id, email, role, createdAt, expiresAt } = row
  return { id, email, role, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() }
}
