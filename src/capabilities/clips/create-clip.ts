import { eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import { formatClock } from '../../kernel/time.ts'
import { startRun } from '../../platform/durable/index.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { getAsset } from '../assets/index.ts'
import { recordAudit } from '../audit/index.ts'
import { type Clip, assertInside, assertRange } from './clip.ts'
import { assertSource, type ClipSource, nameOfSource, placeOf, type SourceDeps } from './clip-source.ts'
import type { CutMode } from './cutter/cut-plan.ts'
import { type ReadClipDeps, toClip } from './get-clip.ts'
import { assertReframe, type Reframe } from './reframe/reframe.ts'
import { clips } from './schema.ts'
import { cutClipWorkflow } from './workflow.ts'

export type CreateClip = {
  actor: Actor
  /** The recording; left out for a playlist that is no asset. */
  assetId?: string
  source?: ClipSource
  startMs: number
  endMs: number
  /** Default: the name of the recording and the start. */
  title?: string
  mode?: CutMode
  reframe?: Reframe
}

export type ClipDeps = ReadClipDeps & Omit<SourceDeps, 'db'> & { now?: () => Date; newClipId?: () => string }

/**
 * Records a clip and starts the run that cuts it, both or neither. The clip is `queued` first; follow `runId`.
 * Fails with `clips.badRange`, `clips.outOfRange`, `clips.badSource`, `clips.noPackage` or `assets.notFound` before anything is recorded.
 */
export async function createClip(deps: ClipDeps, input: CreateClip): Promise<Clip> {
  const { actor, startMs, endMs } = input
  const { assetId = null, source = null } = input
  assertMay(actor, 'clips.write')
  assertRange(input)
  if (input.reframe) assertReframe({ mode: input.mode ?? 'exact', reframe: input.reframe })
  assertSource(deps, { assetId, source })
  const asset = assetId ? await getAsset(deps, { actor, assetId }) : undefined
  assertInside(input, asset?.durationMs)
  if (source) await placeOf(deps, { actor, assetId, source })

  const at = deps.now?.() ?? new Date()
  const id = deps.newClipId?.() ?? newId('clip')
  const title =
    input.title?.trim() ||
    `${asset ? asset.name.replace(/\.[^.]+$/, '') : nameOfSource(source!)} ${formatClock(startMs)}`
  const row = await deps.db.transaction(async (tx) => {
    await tx.insert(clips).values({
      id,
      workspaceId: actor.workspaceId,
      assetId,
      source,
      title: title.slice(0, 300),
      state: 'queued',
      mode: input.mode ?? 'exact',
      reframe: input.reframe ?? null,
      startMs,
      endMs,
      reasons: [],
      version: 1,
      createdBy: actor.id,
      createdAt: at,
      updatedAt: at,
    })
    const run = await startRun(tx, {
      workflow: cutClipWorkflow,
      workspaceId: actor.workspaceId,
      actor,
      input: { clipId: id },
      subjectId: id,
      title: `Cut "${title.slice(0, 80)}"`,
    })
    const subject = { workspaceId: actor.workspaceId, subjectId: id }
    await publishEvent(tx, { type: 'clip.queued', ...subject, data: { assetId, runId: run.id } })
    await recordAudit(tx, {
      actor,
      action: 'clip.created',
      subjectId: id,
      detail: { assetId, startMs, endMs },
    })
    const [saved] = await tx.update(clips).set({ runId: run.id }).where(eq(clips.id, id)).returning()
    return saved!
  })
  return toClip(deps, row)
}
