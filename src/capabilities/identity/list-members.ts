import { and, asc, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../platform/http/pagination.ts'
import { identityErrors } from './errors.ts'
import { people, workspaceMembers } from './schema.ts'
import type { Member } from './workspace.ts'

const positionSchema = z.tuple([z.iso.datetime(), z.string()])

/** Who belongs to the actor's workspace, longest member first. */
export async function listMembers(db: Db, actor: Actor, query: PageQuery): Promise<Page<Member>> {
  assertMay(actor, 'members.read')
  const after = decodeCursor(positionSchema, query.cursor)
  const rows = await selectMembers(db)
    .where(
      and(
        eq(workspaceMembers.workspaceId, actor.workspaceId),
        after
          ? sql`(${workspaceMembers.joinedAt}, ${people.id}) > (${after[0]}::timestamptz, ${after[1]})`
          : undefined,
      ),
    )
    .orderBy(asc(workspaceMembers.joinedAt), asc(people.id))
    .limit(query.limit + 1)
  const page = toPage(rows, query.limit, (row) => [row.joinedAt.toISOString(), row.personId])
  return { ...page, items: page.items.map(toMember) }
}

/** One member of the actor's workspace. */
export async function getMember(db: Db, actor: Actor, personId: string): Promise<Member> {
  const [row] = await selectMembers(db).where(
    and(eq(workspaceMembers.workspaceId, actor.workspaceId), eq(people.id, personId)),
  )
  if (!row) throw identityErrors.memberNotFound(`There is no member ${personId.slice(0, 60)}.`)
  return toMember(row)
}

function selectMembers(db: Db) {
  return db
    .select({
      personId: people.id,
      email: people.email,
      name: people.name,
      role: workspaceMembers.role,
      joinedAt: workspaceMembers.joinedAt,
    })
    .from(workspaceMembers)
    .innerJoin(people, eq(people.id, workspaceMembers.personId))
}

function toMember(row: Omit<Member, 'joinedAt'> & { joinedAt: Date }): Member {
  return { ...row, joinedAt: row.joinedAt.toISOString() }
}
