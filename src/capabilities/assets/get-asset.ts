import { and, eq, isNull } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { type Asset, type AssetRow, toAsset } from './asset.ts'
import { assetErrors } from './errors.ts'
import { assets } from './schema.ts'
import type { SignDeps } from './sign-delivery.ts'

/** One asset of the actor's workspace. Fails with `assets.notFound`, also for those of other workspaces. */
export async function getAsset(
  deps: SignDeps & { db: Db },
  input: { actor: Actor; assetId: string },
): Promise<Asset> {
  assertMay(input.actor, 'assets.read')
  return toAsset(deps, await findAsset(deps.db, input))
}

/** The row of an asset that is not deleted; locked until the transaction ends with `forUpdate`. */
export async function findAsset(
  db: Db,
  input: { actor: Actor; assetId: string },
  options: { forUpdate?: boolean } = {},
): Promise<AssetRow> {
  const query = db
    .select()
    .from(assets)
    .where(
      and(
        eq(assets.id, input.assetId),
        eq(assets.workspaceId, input.actor.workspaceId),
        isNull(assets.deletedAt),
      ),
    )
  const [row] = await (options.forUpdate ? query.for('update') : query)
  if (!row) throw assetErrors.notFound('This file does not exist.', { detail: { assetId: input.assetId } })
  return row
}
