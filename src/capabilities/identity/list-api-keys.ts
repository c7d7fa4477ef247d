import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../platform/http/pagination.ts'
import { type ApiKey, toApiKey } from './api-key.ts'
import { apiKeys } from './schema.ts'

const positionSchema = z.tuple([z.iso.datetime(), z.string()])

/** The keys of the actor's workspace that are not revoked, newest first, expired ones included. */
export async function listApiKeys(db: Db, actor: Actor, query: PageQuery): Promise<Page<ApiKey>> {
  assertMay(actor, 'apiKeys.read')
  const after = decodeCursor(positionSchema, query.cursor)
  const rows = await db
    .select()
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.workspaceId, actor.workspaceId),
        isNull(apiKeys.revokedAt),
        after
          ? sql`(${apiKeys.createdAt}, ${apiKeys.id}) < (${after[0]}::timestamptz, ${after[1]})`
          : undefined,
      ),
    )
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(query.limit + 1)
  const page = toPage(rows, query.limit, (row) => [row.createdAt.toISOString(), row.id])
  return { ...page, items: page.items.map(toApiKey) }
}
