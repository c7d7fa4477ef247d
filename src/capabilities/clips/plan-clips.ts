import { asc, and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../../platform/db/client.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { assertRange } from './clip.ts'
import { clips } from './schema.ts'
import type { SuggestedClip } from './suggest-clips.ts'

export type PlanClips = {
  actor: Actor
  /** The recording. */
  assetId: string
  /** The run that will cut them. */
  runId: string
  /** Put before the title of each suggestion: `My talk · Clip 1 (0:12)`. */
  title?: string
  suggestions: readonly SuggestedClip[]
}

/**
 * Records suggested clips of a run, in the caller's transaction, and returns their ids in order. A second call for
 * the same run and recording returns those of the first. Cut them with `makeClipFile`.
 */
export async function planClips(
  tx: Db,
  input: PlanClips,
  options: { now?: () => Date; newClipId?: () => string } = {},
): Promise<string[]> {
  const { actor, assetId, runId, suggestions } = input
  assertMay(actor, 'clips.write')
  const { workspaceId } = actor
  const existing = await tx
    .select({ id: clips.id })
    .from(clips)
    .where(and(eq(clips.workspaceId, workspaceId), eq(clips.runId, runId), eq(clips.assetId, assetId)))
    .orderBy(asc(clips.startMs), asc(clips.id))
  if (existing.length > 0) return existing.map(({ id }) => id)
  const at = options.now?.() ?? new Date()
  const ids: string[] = []
  for (const { startMs, endMs, score, reasons, title } of suggestions) {
    assertRange({ startMs, endMs })
    const id = options.newClipId?.() ?? newId('clip')
    await tx.insert(clips).values({
      id,
      workspaceId,
      assetId,
      runId,
      title: (input.title ? `${input.title} · ${title}` : title).slice(0, 300),
      state: 'queued',
      mode: 'exact',
      startMs,
      endMs,
      score,
      reasons,
      version: 1,
      createdBy: actor.id,
      createdAt: at,
      updatedAt: at,
    })
    await publishEvent(tx, { type: 'clip.queued', workspaceId, subjectId: id, data: { assetId, runId } })
    ids.push(id)
  }
  return ids
}
