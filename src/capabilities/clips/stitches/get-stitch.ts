import { and, desc, eq, lt } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../../platform/http/pagination.ts'
import { linkAssets } from '../../assets/index.ts'
import type { ReadClipDeps } from '../get-clip.ts'
import { stitchErrors } from './errors.ts'
import { clipStitches } from './schema.ts'
import type { Stitch, StitchRow } from './stitch.ts'

/** One stitch of the actor's workspace, with fresh links to its files. */
export async function getStitch(
  deps: ReadClipDeps,
  input: { actor: Actor; stitchId: string },
): Promise<Stitch> {
  assertMay(input.actor, 'clips.read')
  const { workspaceId } = input.actor
  return toStitch(deps, await findStitch(deps.db, { workspaceId, stitchId: input.stitchId }))
}

/** Stitches of the actor's workspace, newest first. */
export async function listStitches(
  deps: ReadClipDeps,
  input: PageQuery & { actor: Actor; batchId?: string },
): Promise<Page<Stitch>> {
  assertMay(input.actor, 'clips.read')
  const before = decodeCursor(z.string(), input.cursor)
  const rows = await deps.db
    .select()
    .from(clipStitches)
    .where(
      and(
        eq(clipStitches.workspaceId, input.actor.workspaceId),
        input.batchId ? eq(clipStitches.batchId, input.batchId) : undefined,
        before ? lt(clipStitches.id, before) : undefined,
      ),
    )
    .orderBy(desc(clipStitches.id))
    .limit(input.limit + 1)
  const page = toPage(rows, input.limit, (row) => row.id)
  return { ...page, items: await toStitches(deps, input.actor.workspaceId, page.items) }
}

/** The row of a stitch in this workspace; locked until the transaction ends with `forUpdate`. */
export async function findStitch(
  db: Db,
  input: { workspaceId: string; stitchId: string },
  options: { forUpdate?: boolean } = {},
): Promise<StitchRow> {
  const mine = and(eq(clipStitches.id, input.stitchId), eq(clipStitches.workspaceId, input.workspaceId))
  const query = db.select().from(clipStitches).where(mine)
  const [row] = await (options.forUpdate ? query.for('update') : query)
  if (!row) throw stitchErrors.notFound(`There is no stitch ${input.stitchId}.`)
  return row
}

export async function toStitch(deps: ReadClipDeps, row: StitchRow): Promise<Stitch> {
  const [one] = await toStitches(deps, row.workspaceId, [row])
  return one!
}

async function toStitches(deps: ReadClipDeps, workspaceId: string, rows: StitchRow[]): Promise<Stitch[]> {
  const assetIds = rows.flatMap((row) => [row.fileAssetId, row.thumbnailAssetId]).filter((id) => id !== null)
  const links = await linkAssets(deps, { workspaceId, assetIds })
  return rows.map(({ workspaceId: _workspaceId, createdAt, updatedAt, ...rest }) => ({
    ...rest,
    fileUrl: links.get(rest.fileAssetId ?? '') ?? null,
    thumbnailUrl: links.get(rest.thumbnailAssetId ?? '') ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }))
}
