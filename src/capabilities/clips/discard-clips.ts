import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { RunError } from '../../platform/durable/index.ts'
import type { Db } from '../../platform/db/client.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { type DeleteClipDeps, deleteClip } from './delete-clip.ts'
import { clips } from './schema.ts'

/** Deletes every clip that a run planned or cut, with their files. Repeating it is fine. Returns the ids deleted. */
export async function discardClips(
  deps: DeleteClipDeps,
  input: { actor: Actor; runId: string },
): Promise<string[]> {
  const { actor, runId } = input
  assertMay(actor, 'clips.write')
  const rows = await deps.db
    .select({ id: clips.id })
    .from(clips)
    .where(and(eq(clips.runId, runId), eq(clips.workspaceId, actor.workspaceId)))
  // One after the other: each removes files, and two clips may share one.
  for (const { id } of rows) await deleteClip(deps, { actor, clipId: id })
  return rows.map(({ id }) => id)
}

/** Marks a clip as failed, or as cancelled when that was the reason. A clip that is gone stays gone. */
export async function failClip(
  deps: { db: Db; now?: () => Date },
  input: { actor: Actor; clipId: string; failure: RunError },
): Promise<void> {
  const { actor, clipId, failure } = input
  const { workspaceId } = actor
  const state = failure.code === 'durable.cancelled' ? 'cancelled' : 'failed'
  await deps.db.transaction(async (tx) => {
    const [row] = await tx
      .update(clips)
      .set({ state, error: state === 'failed' ? failure : null, updatedAt: deps.now?.() ?? new Date() })
      .where(and(eq(clips.id, clipId), eq(clips.workspaceId, workspaceId)))
      .returning({ assetId: clips.assetId })
    if (!row) return
    const data = { assetId: row.assetId, code: failure.code }
    await publishEvent(tx, { type: `clip.${state}`, workspaceId, subjectId: clipId, data })
  })
}
