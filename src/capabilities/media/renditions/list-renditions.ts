import { and, desc, eq, lt } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { type Page, type PageQuery, decodeCursor, toPage } from '../../../platform/http/pagination.ts'
import { mediaRenditions } from '../schema.ts'
import { type ReadRenditionDeps, type RenditionFile, findRendition, toRenditions } from './rendition.ts'

/** Renditions of the actor's workspace, newest first; those of one recording when it is named. */
export async function listRenditions(
  deps: ReadRenditionDeps,
  input: PageQuery & { actor: Actor; assetId?: string },
): Promise<Page<RenditionFile>> {
  const { actor, assetId, limit } = input
  assertMay(actor, 'media.read')
  const before = decodeCursor(z.string(), input.cursor)
  const rows = await deps.db
    .select()
    .from(mediaRenditions)
    .where(
      and(
        eq(mediaRenditions.workspaceId, actor.workspaceId),
        assetId ? eq(mediaRenditions.assetId, assetId) : undefined,
        before ? lt(mediaRenditions.id, before) : undefined,
      ),
    )
    .orderBy(desc(mediaRenditions.id))
    .limit(limit + 1)
  const page = toPage(rows, limit, (row) => row.id)
  return { ...page, items: await toRenditions(deps, actor.workspaceId, page.items) }
}

/** One rendition of the actor's workspace. Fails with `renditions.notFound`. */
export async function getRendition(
  deps: ReadRenditionDeps,
  input: { actor: Actor; renditionId: string },
): Promise<RenditionFile> {
  assertMay(input.actor, 'media.read')
  const { workspaceId } = input.actor
  const row = await findRendition(deps.db, { workspaceId, renditionId: input.renditionId })
  const [rendition] = await toRenditions(deps, workspaceId, [row])
  return rendition!
}
