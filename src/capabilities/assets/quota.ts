import { and, eq, sql } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import type { AssetDeps } from './asset-deps.ts'
import { assetErrors } from './errors.ts'
import { assetDerived, assets, assetUploads } from './schema.ts'

export type Quota = { usedBytes: number; limitBytes: number }

/** What the actor's workspace holds, with what is being uploaded, and what it may hold. */
export async function getQuota(
  deps: Pick<AssetDeps, 'db' | 'quotaBytes'>,
  input: { actor: Actor },
): Promise<Quota> {
  assertMay(input.actor, 'assets.read')
  const { workspaceId } = input.actor
  return { usedBytes: await usedBytes(deps.db, workspaceId), limitBytes: await deps.quotaBytes(workspaceId) }
}

/** Fails with `assets.overQuota` if the workspace has no room for so many more bytes. */
export async function assertRoom(
  deps: Pick<AssetDeps, 'db' | 'quotaBytes'>,
  workspaceId: string,
  moreBytes: number,
): Promise<void> {
  const limitBytes = await deps.quotaBytes(workspaceId)
  const used = await usedBytes(deps.db, workspaceId)
  if (used + moreBytes <= limitBytes) return
  throw assetErrors.overQuota('The workspace has no room for this file.', {
    detail: { usedBytes: used, limitBytes, fileBytes: moreBytes },
  })
}

/** Lets one transaction at a time decide about the room of a workspace; held until it ends. */
export async function lockQuota(tx: Db, workspaceId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`quota ${workspaceId}`}, 0))`)
}

async function usedBytes(db: Db, workspaceId: string): Promise<number> {
  const sum = (column: unknown) => sql<string>`coalesce(sum(${column}), 0)`
  const stored = await db
    .select({ bytes: sum(assets.sizeBytes) })
    .from(assets)
    .where(eq(assets.workspaceId, workspaceId))
  const derived = await db
    .select({ bytes: sum(assetDerived.sizeBytes) })
    .from(assetDerived)
    .innerJoin(assets, eq(assets.id, assetDerived.assetId))
    .where(eq(assets.workspaceId, workspaceId))
  const promised = await db
    .select({ bytes: sum(assetUploads.sizeBytes) })
    .from(assetUploads)
    .where(and(eq(assetUploads.workspaceId, workspaceId), eq(assetUploads.state, 'receiving')))
  return [...stored, ...derived, ...promised].reduce((total, { bytes }) => total + Number(bytes), 0)
}
