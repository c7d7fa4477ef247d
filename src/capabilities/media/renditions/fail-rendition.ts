import { and, eq, notInArray } from 'drizzle-orm'
import type { Actor } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import type { RunError } from '../../../platform/durable/index.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { notify } from '../../notifications/index.ts'
import { mediaRenditions } from '../schema.ts'
import { presetOf } from './presets.ts'

/** Marks a rendition as failed, or as cancelled when that was the reason, and tells the workspace of a failure. */
export async function failRendition(
  deps: { db: Db; now?: () => Date },
  input: { actor: Pick<Actor, 'workspaceId'>; renditionId: string; failure: RunError },
): Promise<void> {
  const { renditionId, failure } = input
  const { workspaceId } = input.actor
  const state = failure.code === 'durable.cancelled' ? 'cancelled' : 'failed'
  await deps.db.transaction(async (tx) => {
    const [row] = await tx
      .update(mediaRenditions)
      .set({ state, error: state === 'failed' ? failure : null, updatedAt: deps.now?.() ?? new Date() })
      .where(
        and(
          eq(mediaRenditions.id, renditionId),
          eq(mediaRenditions.workspaceId, workspaceId),
          notInArray(mediaRenditions.state, ['processed', state]),
        ),
      )
      .returning()
    // Deleted, finished or noted before.
    if (!row) return
    const { assetId, preset } = row
    const data = { assetId, preset, code: failure.code }
    await publishEvent(tx, { type: `rendition.${state}`, workspaceId, subjectId: renditionId, data })
    if (state === 'cancelled') return
    const title = `${presetOf(preset).title} could not be made`
    const onceKey = `${renditionId} failed`
    await notify(
      tx,
      { workspaceId, kind: 'rendition.failed', title, body: failure.message, subjectId: assetId, onceKey },
      deps.now,
    )
  })
}
