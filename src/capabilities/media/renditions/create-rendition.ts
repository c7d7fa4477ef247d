import { and, desc, eq, inArray, isNull } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { newId } from '../../../kernel/ids.ts'
import { startRun } from '../../../platform/durable/index.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { getAsset } from '../../assets/index.ts'
import { recordAudit } from '../../audit/index.ts'
import { mediaErrors } from '../errors.ts'
import { mediaRenditions } from '../schema.ts'
import { assertDuration } from './fit-destination.ts'
import { type PresetName, presetOf } from './presets.ts'
import { type ReadRenditionDeps, type RenditionFile, toRenditions } from './rendition.ts'
import { renditionWorkflow } from './rendition-workflow.ts'

export type CreateRendition = {
  actor: Actor
  assetId: string
  preset: PresetName
  /** Lowest quality score to accept. Default: the preset's own. */
  minScore?: number
}

/**
 * Records a rendition and starts the run that makes it, both or neither. The same wish for the same content gives the
 * rendition that exists or is under way. Fails with `assets.notFound`, `media.noVideo`, `renditions.tooLong` or
 * `renditions.tooShort` before anything is recorded.
 */
export async function createRendition(
  deps: ReadRenditionDeps & { now?: () => Date },
  input: CreateRendition,
): Promise<RenditionFile> {
  const { actor, assetId } = input
  assertMay(actor, 'media.write')
  const { workspaceId } = actor
  const asset = await getAsset(deps, { actor, assetId })
  if (!asset.contentType.startsWith('video/') && !asset.contentType.startsWith('application/mxf')) {
    throw mediaErrors.noVideo(`"${asset.name}" is ${asset.contentType}, not a video.`)
  }
  const preset = presetOf(input.preset)
  if (preset.kind === 'delivery' && asset.durationMs) assertDuration(asset.durationMs, preset)

  const at = deps.now?.() ?? new Date()
  const row = await deps.db.transaction(async (tx) => {
    const [same] = await tx
      .select()
      .from(mediaRenditions)
      .where(
        and(
          eq(mediaRenditions.workspaceId, workspaceId),
          eq(mediaRenditions.assetId, assetId),
          eq(mediaRenditions.contentSha256, asset.sha256),
          eq(mediaRenditions.preset, input.preset),
          input.minScore === undefined
            ? isNull(mediaRenditions.minScore)
            : eq(mediaRenditions.minScore, input.minScore),
          inArray(mediaRenditions.state, ['queued', 'processing', 'processed']),
        ),
      )
      .orderBy(desc(mediaRenditions.id))
      .limit(1)
    if (same) return same
    const id = newId('rendition')
    const run = await startRun(tx, {
      workflow: renditionWorkflow,
      workspaceId,
      actor,
      input: { renditionId: id },
      subjectId: id,
      title: `${preset.title} from "${asset.name.slice(0, 80)}"`,
    })
    const [made] = await tx
      .insert(mediaRenditions)
      .values({
        id,
        workspaceId,
        assetId,
        contentSha256: asset.sha256,
        preset: input.preset,
        minScore: input.minScore ?? null,
        state: 'queued',
        runId: run.id,
        createdBy: actor.id,
        createdAt: at,
        updatedAt: at,
      })
      .returning()
    const data = { assetId, preset: input.preset, runId: run.id }
    await publishEvent(tx, { type: 'rendition.queued', workspaceId, subjectId: id, data })
    await recordAudit(tx, { actor, action: 'rendition.created', subjectId: id, detail: data })
    return made!
  })
  const [rendition] = await toRenditions(deps, workspaceId, [row])
  return rendition!
}
