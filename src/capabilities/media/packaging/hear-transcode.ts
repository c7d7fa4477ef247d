import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import type { Transcoder, TranscodeUpdate } from '../../../providers/transcode/index.ts'
import { transcodeJobs } from '../schema.ts'

type HearDeps = { db: Db; transcoder: Pick<Transcoder, 'name' | 'readEvent'>; now?: () => Date }

const isOver = (update: TranscodeUpdate | null) =>
  update !== null && update.state !== 'queued' && update.state !== 'running'

/**
 * Takes an event of the transcoding service. Events come at least once and in any order: an end is never undone, and
 * progress never goes back. Says whether it was about a job of this workspace.
 */
export async function hearTranscode(
  deps: HearDeps,
  input: { actor: Actor; event: unknown },
): Promise<{ isKnown: boolean }> {
  assertMay(input.actor, 'media.write')
  const read = deps.transcoder.readEvent(input.event)
  if (!read) return { isKnown: false }
  return deps.db.transaction(async (tx) => {
    const mine = and(
      eq(transcodeJobs.vendor, deps.transcoder.name),
      eq(transcodeJobs.vendorJobId, read.vendorJobId),
      eq(transcodeJobs.workspaceId, input.actor.workspaceId),
    )
    const [job] = await tx.select().from(transcodeJobs).where(mine).for('update')
    if (!job) return { isKnown: false }
    const isOld =
      isOver(job.update) || (!isOver(read.update) && (job.update?.percent ?? -1) > read.update.percent)
    if (!isOld) {
      const updatedAt = deps.now?.() ?? new Date()
      await tx.update(transcodeJobs).set({ update: read.update, updatedAt }).where(mine)
    }
    return { isKnown: true }
  })
}

/** Notes what the service calls a job, so that events find it. */
export async function noteTranscodeJob(
  deps: { db: Db; now?: () => Date },
  input: { token: string; workspaceId: string; assetId: string; vendor: string; vendorJobId: string },
): Promise<void> {
  const at = deps.now?.() ?? new Date()
  const { vendorJobId } = input
  await deps.db
    .insert(transcodeJobs)
    .values({ ...input, createdAt: at, updatedAt: at })
    .onConflictDoUpdate({ target: transcodeJobs.token, set: { vendorJobId, updatedAt: at } })
}

/** What events have told of a job so far. */
export async function heardOfTranscode(
  deps: { db: Db },
  token: string,
): Promise<TranscodeUpdate | undefined> {
  const [job] = await deps.db
    .select({ update: transcodeJobs.update })
    .from(transcodeJobs)
    .where(eq(transcodeJobs.token, token))
  return job?.update ?? undefined
}
