import { and, asc, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../platform/http/pagination.ts'
import { identityErrors } from './errors.ts'
import { apiKeys, workspaceMembers, workspaces } from './schema.ts'
import type { Workspace } from './workspace.ts'

const positionSchema = z.tuple([z.iso.datetime(), z.string()])

/** The workspaces the actor can work in, longest member first. An API key sees its own. */
export async function listWorkspaces(db: Db, actor: Actor, query: PageQuery): Promise<Page<Workspace>> {
  const after = decodeCursor(positionSchema, query.cursor)
  const rows = await db
    .select({ workspace: workspaces, role: workspaceMembers.role, joinedAt: workspaceMembers.joinedAt })
    .from(workspaces)
    .innerJoin(workspaceMembers, eq(workspaceMembers.workspaceId, workspaces.id))
    .where(
      and(
        eq(workspaceMembers.personId, await personOf(db, actor)),
        actor.kind === 'apiKey' ? eq(workspaces.id, actor.workspaceId) : undefined,
        after
          ? sql`(${workspaceMembers.joinedAt}, ${workspaces.id}) > (${after[0]}::timestamptz, ${after[1]})`
          : undefined,
      ),
    )
    .orderBy(asc(workspaceMembers.joinedAt), asc(workspaces.id))
    .limit(query.limit + 1)
  const page = toPage(rows, query.limit, (row) => [row.joinedAt.toISOString(), row.workspace.id])
  return { ...page, items: page.items.map((row) => toWorkspace(row.workspace, row.role)) }
}

/** The actor's current workspace with their role in it. */
export async function getWorkspace(db: Db, actor: Actor): Promise<Workspace> {
  const [row] = await db
    .select({ workspace: workspaces, role: workspaceMembers.role })
    .from(workspaces)
    .innerJoin(workspaceMembers, eq(workspaceMembers.workspaceId, workspaces.id))
    .where(
      and(eq(workspaces.id, actor.workspaceId), eq(workspaceMembers.personId, await personOf(db, actor))),
    )
  if (!row) throw identityErrors.workspaceNotFound(`There is no workspace ${actor.workspaceId}.`)
  return toWorkspace(row.workspace, row.role)
}

/** The person behind an actor: themselves, or whoever an API key belongs to. */
export async function personOf(db: Db, actor: Actor): Promise<string> {
  if (actor.kind === 'person') return actor.id
  const [key] = await db.select({ personId: apiKeys.personId }).from(apiKeys).where(eq(apiKeys.id, actor.id))
  if (!key) throw identityErrors.personOnly('This part of the product acts for no person.')
  return key.personId
}

function toWorkspace(row: typeof workspaces.$inferSelect, role: Workspace['role']): Workspace {
  return { id: row.id, name: row.name, role, version: row.version, createdAt: row.createdAt.toISOString() }
}
