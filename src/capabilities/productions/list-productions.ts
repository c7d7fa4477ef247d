import { and, desc, eq, lt } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../platform/http/pagination.ts'
import { showProductions, type ShowDeps } from './get-production.ts'
import type { Production } from './production.ts'
import { productions } from './schema.ts'

/** Productions of the actor's workspace, newest first. */
export async function listProductions(
  deps: ShowDeps,
  input: PageQuery & { actor: Actor; assetId?: string },
): Promise<Page<Production>> {
  assertMay(input.actor, 'productions.read')
  const before = decodeCursor(z.string(), input.cursor)
  const rows = await deps.db
    .select()
    .from(productions)
    .where(
      and(
        eq(productions.workspaceId, input.actor.workspaceId),
        input.assetId ? eq(productions.assetId, input.assetId) : undefined,
        before ? lt(productions.id, before) : undefined,
      ),
    )
    .orderBy(desc(productions.id))
    .limit(input.limit + 1)
  const page = toPage(rows, input.limit, (row) => row.id)
  return {
    ...page,
    items: await showProductions(deps, input.actor.workspaceId, page.items),
  }
}
