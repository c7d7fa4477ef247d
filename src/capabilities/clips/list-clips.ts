import { and, asc, desc, eq, inArray, lt } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { type Page, type PageQuery, decodeCursor, toPage } from '../../platform/http/pagination.ts'
import type { Clip, ClipState } from './clip.ts'
import { type ReadClipDeps, toClips } from './get-clip.ts'
import { clips } from './schema.ts'

export type ListClips = PageQuery & {
  actor: Actor
  /** Only those cut from this recording. */
  assetId?: string
  /** Only those planned or cut by this run. */
  runId?: string
  state?: ClipState
}

/** Clips of the actor's workspace, newest first. */
export async function listClips(deps: ReadClipDeps, input: ListClips): Promise<Page<Clip>> {
  assertMay(input.actor, 'clips.read')
  const before = decodeCursor(z.string(), input.cursor)
  const rows = await deps.db
    .select()
    .from(clips)
    .where(
      and(
        eq(clips.workspaceId, input.actor.workspaceId),
        input.assetId ? eq(clips.assetId, input.assetId) : undefined,
        input.runId ? eq(clips.runId, input.runId) : undefined,
        input.state ? eq(clips.state, input.state) : undefined,
        before ? lt(clips.id, before) : undefined,
      ),
    )
    .orderBy(desc(clips.id))
    .limit(input.limit + 1)
  const page = toPage(rows, input.limit, (row) => row.id)
  return { ...page, items: await toClips(deps, input.actor.workspaceId, page.items) }
}

/** The clips that each of these runs planned or cut, in the order of the recording, for the product itself. */
export async function clipsOfRuns(
  deps: ReadClipDeps,
  input: { workspaceId: string; runIds: readonly string[] },
): Promise<Map<string, Clip[]>> {
  if (input.runIds.length === 0) return new Map()
  const rows = await deps.db
    .select()
    .from(clips)
    .where(and(inArray(clips.runId, [...input.runIds]), eq(clips.workspaceId, input.workspaceId)))
    .orderBy(asc(clips.startMs), asc(clips.id))
  return Map.groupBy(await toClips(deps, input.workspaceId, rows), (clip) => clip.runId ?? '')
}
