import { and, desc, eq, ilike, isNull, lt } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../platform/http/pagination.ts'
import { type Asset, type AssetKind, toAsset } from './asset.ts'
import { assets } from './schema.ts'
import type { SignDeps } from './sign-delivery.ts'

export type ListAssets = PageQuery & {
  actor: Actor
  kind?: AssetKind
  /** Part of the name, upper or lower case. */
  name?: string
}

/** Assets of the actor's workspace, newest first. */
export async function listAssets(deps: SignDeps & { db: Db }, input: ListAssets): Promise<Page<Asset>> {
  assertMay(input.actor, 'assets.read')
  const before = decodeCursor(z.string(), input.cursor)
  const rows = await deps.db
    .select()
    .from(assets)
    .where(
      and(
        eq(assets.workspaceId, input.actor.workspaceId),
        isNull(assets.deletedAt),
        input.kind ? eq(assets.kind, input.kind) : undefined,
        input.name ? ilike(assets.name, `%${input.name.replace(/[\\%_]/g, '\\$&')}%`) : undefined,
        before ? lt(assets.id, before) : undefined,
      ),
    )
    .orderBy(desc(assets.id))
    .limit(input.limit + 1)
  const page = toPage(rows, input.limit, (row) => row.id)
  return { ...page, items: page.items.map((row) => toAsset(deps, row)) }
}
