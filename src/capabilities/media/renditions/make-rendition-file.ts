import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { withWorkDir } from '../../../platform/files/index.ts'
import {
  type AssetDeps,
  addReference,
  createAssetFromFile,
  getAsset,
  saveAssetFacts,
  withAssetFile,
} from '../../assets/index.ts'
import { recordLocalCpu } from '../../costs/index.ts'
import { notify } from '../../notifications/index.ts'
import type { MediaDeps } from '../probe-media.ts'
import { mediaRenditions } from '../schema.ts'
import { deleteRenditionFile } from './delete-rendition.ts'
import { type Preset, presetOf } from './presets.ts'
import { type RenditionRow, findRendition } from './rendition.ts'
import type { RenditionReport } from './rendition-report.ts'
import { transcodeMedia } from './transcode-media.ts'

export type MakeRenditionDeps = AssetDeps & MediaDeps

export type MakeRenditionFile = {
  actor: Actor
  renditionId: string
  signal?: AbortSignal
  /** 0 to 100. */
  report?: (percent: number) => void
  /** See `StepContext.once`. */
  once: <T>(effect: string, fn: (tx: Db) => Promise<T>) => Promise<T>
}

const contentTypes = { mp4: 'video/mp4', mov: 'video/quicktime', mxf: 'application/mxf' } as const

/** Makes the file of a recorded rendition, stores it and completes the record, exactly once however often it is tried. */
export async function makeRenditionFile(
  deps: MakeRenditionDeps,
  input: MakeRenditionFile,
): Promise<{ fileAssetId: string }> {
  const { actor, renditionId, signal, report } = input
  assertMay(actor, 'media.write')
  const row = await findRendition(deps.db, { workspaceId: actor.workspaceId, renditionId })
  if (row.state === 'processed' && row.fileAssetId) return { fileAssetId: row.fileAssetId }
  const startedAt = performance.now()
  await markProcessing(deps, row)
  const preset = presetOf(row.preset)
  const source = await getAsset(deps, { actor, assetId: row.assetId })

  return withWorkDir(deps.home, renditionId, async (dir) => {
    const outPath = join(dir, `rendition.${preset.extension}`)
    const made = await withAssetFile(deps, { actor, assetId: row.assetId, signal }, (path) =>
      transcodeMedia(deps, {
        path,
        outPath,
        preset: row.preset,
        minScore: row.minScore ?? undefined,
        signal,
        onProgress: (percent) => report?.(percent * 0.97),
      }),
    )
    const name = `${source.name.replace(/\.[^.]+$/, '')} ${preset.name}.${preset.extension}`
    const file = await createAssetFromFile(deps, {
      actor,
      path: outPath,
      name,
      contentType: contentTypes[preset.extension],
      kind: 'rendition',
      move: true,
      signal,
    })
    try {
      const processingMs = Math.round(performance.now() - startedAt)
      await input.once(`rendition ${renditionId}`, (tx) =>
        complete(tx, deps, {
          row,
          actor,
          preset,
          made,
          fileAssetId: file.id,
          processingMs,
          sourceName: source.name,
        }),
      )
    } catch (error) {
      // Cancelled, or the rendition was deleted meanwhile: no record will ever point at the file.
      if (!file.isDuplicate) {
        await deleteRenditionFile(deps, { workspaceId: row.workspaceId, fileAssetId: file.id }).catch(
          (err: unknown) =>
            deps.log.warn({ err, renditionId }, 'an unfinished rendition could not be removed'),
        )
      }
      throw error
    }
    report?.(100)
    return { fileAssetId: file.id }
  })
}

async function markProcessing(deps: Pick<AssetDeps, 'db' | 'now'>, row: RenditionRow): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const updatedAt = deps.now?.() ?? new Date()
    await tx
      .update(mediaRenditions)
      .set({ state: 'processing', error: null, updatedAt })
      .where(eq(mediaRenditions.id, row.id))
    await publishEvent(tx, {
      type: 'rendition.processing',
      workspaceId: row.workspaceId,
      subjectId: row.id,
      data: { assetId: row.assetId, preset: row.preset, runId: row.runId },
    })
  })
}

type Complete = {
  row: RenditionRow
  actor: Actor
  preset: Preset
  made: RenditionReport
  fileAssetId: string
  processingMs: number
  sourceName: string
}

async function complete(tx: Db, deps: { now?: () => Date }, input: Complete): Promise<null> {
  const { row, actor, made, fileAssetId, preset, processingMs } = input
  const { id, workspaceId, assetId } = row
  // It may have been deleted meanwhile; then this fails and the file goes too.
  await findRendition(tx, { workspaceId, renditionId: id }, { forUpdate: true })
  await addReference(tx, { actor, assetId: fileAssetId, holderId: id })
  const { durationMs, width, height, sizeBytes } = made
  await saveAssetFacts(tx, { actor, assetId: fileAssetId, facts: { durationMs, width, height } })
  await tx
    .update(mediaRenditions)
    .set({
      state: 'processed',
      fileAssetId,
      sizeBytes,
      report: made,
      processingMs,
      error: null,
      updatedAt: deps.now?.() ?? new Date(),
    })
    .where(eq(mediaRenditions.id, id))
  const idempotencyKey = `rendition ${id}`
  await recordLocalCpu(tx, { workspaceId, cpuMs: made.cpuMs, subjectId: id, idempotencyKey })
  const { metric, score } = made.quality
  const title = `${preset.title} of "${input.sourceName}" is ready`
  const body = `${made.width} × ${made.height}, ${metric === 'identical' ? 'the source’s own picture' : `${metric.toUpperCase()} ${score}`}.`
  await notify(
    tx,
    { workspaceId, kind: 'rendition.processed', title, body, subjectId: assetId, onceKey: `${id} processed` },
    deps.now,
  )
  await publishEvent(tx, {
    type: 'rendition.processed',
    workspaceId,
    subjectId: id,
    data: { assetId, preset: row.preset, fileAssetId, runId: row.runId, metric, score, sizeBytes },
  })
  return null
}
