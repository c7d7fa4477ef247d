import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { type SignDeps, linkAssets } from '../assets/index.ts'
import type { Clip, ClipRow } from './clip.ts'
import { findClip } from './find-clip.ts'

export type ReadClipDeps = SignDeps & { db: Db }

/** One clip of the actor's workspace, with fresh links to its files. */
export async function getClip(deps: ReadClipDeps, input: { actor: Actor; clipId: string }): Promise<Clip> {
  assertMay(input.actor, 'clips.read')
  return toClip(deps, await findClip(deps.db, { workspaceId: input.actor.workspaceId, clipId: input.clipId }))
}

/** A row as callers see it. */
export async function toClip(deps: ReadClipDeps, row: ClipRow): Promise<Clip> {
  const [clip] = await toClips(deps, row.workspaceId, [row])
  return clip!
}

/**
 * Rows of one workspace as callers see them. Who may see a clip may see its files, so the links are made in the
 * product's own name. Where somebody deleted a file by itself, the clip's record stays true without it.
 */
export async function toClips(deps: ReadClipDeps, workspaceId: string, rows: ClipRow[]): Promise<Clip[]> {
  const assetIds = rows.flatMap((row) => [row.fileAssetId, row.thumbnailAssetId]).filter((id) => id !== null)
  const links = await linkAssets(deps, { workspaceId, assetIds })
  return rows.map(({ workspaceId: _workspaceId, createdAt, updatedAt, ...rest }) => ({
    ...rest,
    durationMs: rest.receipt?.durationMs ?? rest.endMs - rest.startMs,
    fileUrl: links.get(rest.fileAssetId ?? '') ?? null,
    thumbnailUrl: links.get(rest.thumbnailAssetId ?? '') ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }))
}
