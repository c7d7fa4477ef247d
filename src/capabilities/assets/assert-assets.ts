import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { assetErrors } from './errors.ts'
import { assets } from './schema.ts'

/** Refuses ids that are no assets of the actor's workspace, before a record points at them: `assets.notFound`. */
export async function assertAssets(
  db: Db,
  input: { actor: Pick<Actor, 'workspaceId'>; assetIds: readonly string[] },
): Promise<void> {
  const { actor, assetIds } = input
  if (assetIds.length === 0) return
  const found = await db
    .select({ id: assets.id })
    .from(assets)
    .where(
      and(
        inArray(assets.id, [...assetIds]),
        eq(assets.workspaceId, actor.workspaceId),
        isNull(assets.deletedAt),
      ),
    )
  const known = new Set(found.map(({ id }) => id))
  const assetId = assetIds.find((id) => !known.has(id))
  if (assetId !== undefined) throw assetErrors.notFound('This file does not exist.', { detail: { assetId } })
}
