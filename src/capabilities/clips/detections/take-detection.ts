import { createHash } from 'node:crypto'
import { and, asc, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { recordAudit } from '../../audit/index.ts'
import { createBatch } from '../batches/create-batch.ts'
import { assertSource } from '../clip-source.ts'
import type { ClipDeps } from '../create-clip.ts'
import {
  type Detection,
  type DetectionAnswer,
  type DetectionEvent,
  readDetection,
  type StartedBatch,
} from './detection.ts'
import { type RuleRow, wantedClips } from './rule.ts'
import { clipDetections, clipRules } from './schema.ts'

/**
 * Takes an event about detected clips: each enabled rule that wants some of them starts a batch. All or nothing, and
 * once: an event with the same id (or, without one, the same content) answers with the batches of the first time.
 * Fails with `clipBatches.invalid`, which names every bad row, and as `assertSource` does.
 */
export async function takeDetection(
  deps: ClipDeps,
  input: { actor: Actor; event: DetectionEvent },
): Promise<DetectionAnswer> {
  const { actor } = input
  assertMay(actor, 'clips.write')
  const detection = readDetection(input.event)
  const { workspaceId } = actor
  const eventId = detection.eventId ?? contentId(input.event)
  assertSource(deps, { assetId: detection.assetId, source: detection.playlist })
  return deps.db.transaction(async (tx) => {
    const fresh = {
      workspaceId,
      eventId,
      source: detection.source,
      clips: detection.clips.length,
      batches: [],
      receivedAt: deps.now?.() ?? new Date(),
    }
    const mine = and(eq(clipDetections.workspaceId, workspaceId), eq(clipDetections.eventId, eventId))
    const [added] = await tx.insert(clipDetections).values(fresh).onConflictDoNothing().returning()
    if (!added) {
      const [before] = await tx.select().from(clipDetections).where(mine)
      const { clips = 0, batches = [] } = before ?? {}
      return { eventId, isDuplicate: true, clips, batches }
    }
    const rules = await tx
      .select()
      .from(clipRules)
      .where(and(eq(clipRules.workspaceId, workspaceId), eq(clipRules.isEnabled, true)))
      .orderBy(asc(clipRules.id))
    const batches: StartedBatch[] = []
    for (const rule of rules) {
      const started = await startBatch({ ...deps, db: tx }, { actor, detection, rule })
      if (started) batches.push(started)
    }
    await tx.update(clipDetections).set({ batches }).where(mine)
    const clips = detection.clips.length
    const data = { source: detection.source, assetId: detection.assetId ?? null, clips, batches }
    await publishEvent(tx, { type: 'clips.detected', workspaceId, subjectId: eventId, data })
    const detail = { source: detection.source, clips, batches: batches.length }
    await recordAudit(tx, { actor, action: 'clips.detected', subjectId: eventId, detail })
    return { eventId, isDuplicate: false, clips, batches }
  })
}

async function startBatch(
  deps: ClipDeps,
  { actor, detection, rule }: { actor: Actor; detection: Detection; rule: RuleRow },
): Promise<StartedBatch | undefined> {
  const wanted = wantedClips(rule, detection)
  if (wanted.length === 0) return undefined
  const { assetId, playlist: source } = detection
  const batch = await createBatch(deps, {
    actor,
    name: `${rule.name}: ${wanted.length} clips`,
    clips: wanted.map(({ startMs, endMs, title, score, reasons }) => ({
      assetId,
      source,
      startMs,
      endMs,
      title,
      score,
      reasons,
      mode: rule.mode,
      reframe: rule.reframe ?? undefined,
    })),
    stitch: rule.stitch ?? undefined,
  })
  return { ruleId: rule.id, batchId: batch.id, clips: wanted.length }
}

function contentId(event: DetectionEvent): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(event)).digest('hex')}`
}
