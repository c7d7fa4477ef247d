import { and, desc, eq, lt, ne } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../platform/http/pagination.ts'
import { type Draft, type DraftStage, toDraft } from './draft.ts'
import { drafts } from './schema.ts'

export type ListDrafts = PageQuery & {
  actor: Actor
  /** Only this stage; without it everything that is not archived. */
  stage?: DraftStage
  clipId?: string
}

/** Drafts of the actor's workspace, newest first. */
export async function listDrafts(deps: { db: Db }, input: ListDrafts): Promise<Page<Draft>> {
  assertMay(input.actor, 'drafts.read')
  const before = decodeCursor(z.string(), input.cursor)
  const rows = await deps.db
    .select()
    .from(drafts)
    .where(
      and(
        eq(drafts.workspaceId, input.actor.workspaceId),
        input.stage ? eq(drafts.stage, input.stage) : ne(drafts.stage, 'archived'),
        input.clipId ? eq(drafts.clipId, input.clipId) : undefined,
        before ? lt(drafts.id, before) : undefined,
      ),
    )
    .orderBy(desc(drafts.id))
    .limit(input.limit + 1)
  const page = toPage(rows, input.limit, (row) => row.id)
  return { ...page, items: page.items.map(toDraft) }
}
