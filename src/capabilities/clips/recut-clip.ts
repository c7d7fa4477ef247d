import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { startRun } from '../../platform/durable/index.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { staleUpdate } from '../../platform/http/etag.ts'
import { getAsset } from '../assets/index.ts'
import { recordAudit } from '../audit/index.ts'
import { type Clip, type ClipRow, assertInside, assertRange } from './clip.ts'
import type { ClipDeps } from './create-clip.ts'
import type { CutMode } from './cutter/cut-plan.ts'
import { clipErrors } from './errors.ts'
import { findClip } from './find-clip.ts'
import { toClip } from './get-clip.ts'
import { assertReframe, type Reframe } from './reframe/reframe.ts'
import { clips } from './schema.ts'
import { cutClipWorkflow } from './workflow.ts'

export type RecutClip = {
  actor: Actor
  clipId: string
  /** The version the caller last saw. */
  version: number
  startMs?: number
  endMs?: number
  title?: string
  mode?: CutMode
  /** Null: the shape of the recording again. Left out: as it was. */
  reframe?: Reframe | null
}

/**
 * Cuts a clip again, with another range, title, mode or shape. Its present file stays until the new one is there.
 * Fails with `http.stale` (both versions in it) or, while the clip is being cut, with `clips.busy`.
 */
export async function recutClip(deps: ClipDeps, input: RecutClip): Promise<Clip> {
  const { actor, clipId } = input
  assertMay(actor, 'clips.write')
  const before = await findClip(deps.db, { workspaceId: actor.workspaceId, clipId })
  const range = { startMs: input.startMs ?? before.startMs, endMs: input.endMs ?? before.endMs }
  assertRange(range)
  const reframe = reframeOf(before, input)
  if (reframe) assertReframe({ mode: input.mode ?? before.mode, reframe })
  const { assetId } = before
  const asset = assetId ? await getAsset(deps, { actor, assetId }) : undefined
  assertInside(range, asset?.durationMs)

  const row = await deps.db.transaction(async (tx) => {
    const current = await findClip(tx, { workspaceId: actor.workspaceId, clipId }, { forUpdate: true })
    if (current.version !== input.version) {
      throw staleUpdate({
        yours: input.version,
        current: current.version,
        resource: await toClip(deps, current),
      })
    }
    if (current.state === 'queued' || current.state === 'processing') {
      throw clipErrors.busy('This clip is being cut right now.', { detail: { runId: current.runId } })
    }
    const run = await startRun(tx, {
      workflow: cutClipWorkflow,
      workspaceId: actor.workspaceId,
      actor,
      input: { clipId },
      subjectId: clipId,
      title: `Cut "${(input.title ?? current.title).slice(0, 80)}" again`,
    })
    const subject = { workspaceId: actor.workspaceId, subjectId: clipId }
    await publishEvent(tx, {
      type: 'clip.queued',
      ...subject,
      data: { assetId: current.assetId, runId: run.id },
    })
    await recordAudit(tx, { actor, action: 'clip.recut', subjectId: clipId, detail: range })
    const [saved] = await tx
      .update(clips)
      .set({
        ...range,
        title: input.title ?? current.title,
        mode: input.mode ?? current.mode,
        reframe,
        state: 'queued',
        error: null,
        runId: run.id,
        version: current.version + 1,
        updatedAt: deps.now?.() ?? new Date(),
      })
      .where(and(eq(clips.id, clipId)))
      .returning()
    return saved!
  })
  return toClip(deps, row)
}

/** A path that was found belongs to a range: with another range it is found anew, unless one is given. */
function reframeOf(before: ClipRow, input: RecutClip): Reframe | null {
  if (input.reframe !== undefined) return input.reframe
  const { startMs = before.startMs, endMs = before.endMs } = input
  const isMoved = startMs !== before.startMs || endMs !== before.endMs
  if (!before.reframe || !isMoved || before.reframe.method !== 'follow') return before.reframe
  return { aspect: before.reframe.aspect, method: 'follow' }
}
