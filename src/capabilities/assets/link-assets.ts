import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import { assets } from './schema.ts'
import { signDelivery, type SignDeps } from './sign-delivery.ts'

/**
 * Fresh links to the bytes of many assets of a workspace, by id, with one query. Those that are deleted, or not of
 * this workspace, are left out. For parts of the product whose own records say who may see these files.
 */
export async function linkAssets(
  deps: SignDeps & { db: Db },
  input: { workspaceId: string; assetIds: readonly string[] },
): Promise<Map<string, string>> {
  if (input.assetIds.length === 0) return new Map()
  const rows = await deps.db
    .select({
      id: assets.id,
      key: assets.storageKey,
      filename: assets.name,
      contentType: assets.contentType,
    })
    .from(assets)
    .where(
      and(
        inArray(assets.id, [...input.assetIds]),
        eq(assets.workspaceId, input.workspaceId),
        isNull(assets.deletedAt),
      ),
    )
  return new Map(rows.map(({ id, ...target }) => [id, signDelivery(deps, target)]))
}
