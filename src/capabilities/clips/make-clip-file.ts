import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { withWorkDir } from '../../platform/files/index.ts'
import {
  type AssetDeps,
  addReference,
  createAssetFromFile,
  releaseReference,
  saveAssetFacts,
  withAssetFile,
} from '../assets/index.ts'
import { recordLocalCpu } from '../costs/index.ts'
import { type MediaDeps, extractThumbnail } from '../media/index.ts'
import type { ClipRow } from './clip.ts'
import { placeOf, slugOfSource, type SourceDeps } from './clip-source.ts'
import { cutClip } from './cut-clip.ts'
import { cutPlaylistClip } from './cut-playlist-clip.ts'
import type { Receipt } from './cutter/receipt.ts'
import { deleteFiles, filesOf } from './delete-clip.ts'
import { findClip } from './find-clip.ts'
import { clips } from './schema.ts'

export type MakeClipFileDeps = AssetDeps & MediaDeps & SourceDeps

export type MakeClipFile = {
  actor: Actor
  clipId: string
  runId: string
  signal?: AbortSignal
  /** 0 to 100. */
  report?: (percent: number) => void
  /** See `StepContext.once`. */
  once: <T>(effect: string, fn: (tx: Db) => Promise<T>) => Promise<T>
}

type Made = { fileAssetId: string; thumbnailAssetId: string }

/**
 * Cuts a recorded clip, makes its thumbnail, stores both and completes the record, exactly once however often it is
 * tried. Nothing temporary stays. The clip keeps its old file, if it has one, until the new one is stored.
 */
export async function makeClipFile(deps: MakeClipFileDeps, input: MakeClipFile): Promise<Made> {
  const { actor, clipId, runId, signal, report } = input
  assertMay(actor, 'clips.write')
  const ref = { workspaceId: actor.workspaceId, clipId }
  const clip = await findClip(deps.db, ref)
  if (clip.state === 'processed' && clip.runId === runId && clip.fileAssetId && clip.thumbnailAssetId) {
    return { fileAssetId: clip.fileAssetId, thumbnailAssetId: clip.thumbnailAssetId }
  }
  const startedAt = performance.now()
  await markProcessing(deps, clip)

  const made = await withWorkDir(deps.home, clipId, async (dir) => {
    const outPath = join(dir, 'clip.mp4')
    const receipt = await cutRecorded(deps, { actor, clip, outPath, signal, report })
    const thumbnailPath = join(dir, 'thumbnail.jpg')
    await extractThumbnail(deps, {
      path: outPath,
      atMs: receipt.durationMs / 3,
      outPath: thumbnailPath,
      signal,
    })
    report?.(95)
    const name = fileNameOf(clip)
    // Stored by content: if this process dies here, the next try finds the same bytes and stores nothing twice.
    const stored: string[] = []
    const store = async (path: string, fileName: string, kind: 'clip' | 'image') => {
      const asset = await createAssetFromFile(deps, {
        actor,
        path,
        name: fileName,
        kind,
        move: true,
        keyPrefix: `clips/${actor.workspaceId}/${slugOfSource(clip.assetId, clip.source)}/${clip.id}/`,
        signal,
      })
      if (!asset.isDuplicate) stored.push(asset.id)
      return asset.id
    }
    try {
      const fileAssetId = await store(outPath, `${name}.mp4`, 'clip')
      const thumbnailAssetId = await store(thumbnailPath, `${name}.jpg`, 'image')
      const result = { fileAssetId, thumbnailAssetId }
      const processingMs = Math.round(performance.now() - startedAt)
      return await input.once(`clip ${clipId}`, (tx) =>
        complete(tx, deps, { clip, receipt, actor, processingMs, ...result }),
      )
    } catch (error) {
      // Cancelled, or the clip was deleted meanwhile: no record will ever point at these files.
      await deleteFiles(deps, actor.workspaceId, stored).catch((err: unknown) =>
        deps.log.warn({ err, clipId }, 'files of an unfinished clip could not be removed'),
      )
      throw error
    }
  })
  const replaced = filesOf(clip).filter((id) => id !== made.fileAssetId && id !== made.thumbnailAssetId)
  await deleteFiles(deps, actor.workspaceId, replaced)
  report?.(100)
  return made
}

/** Cuts what the record says out of what it names: the file of the asset, or a playlist. */
async function cutRecorded(
  deps: MakeClipFileDeps,
  input: Pick<MakeClipFile, 'actor' | 'signal' | 'report'> & { clip: ClipRow; outPath: string },
): Promise<Receipt> {
  const { actor, clip, outPath, signal, report } = input
  const { assetId, source, startMs, endMs, mode } = clip
  const reframe = clip.reframe ?? undefined
  const onProgress = (percent: number) => report?.(percent * 0.9)
  const wish = { startMs, endMs, mode, reframe, outPath, signal, onProgress }
  if (source) {
    const place = await placeOf(deps, { actor, assetId, source })
    return cutPlaylistClip({ ...wish, place, variant: source.variant, storage: deps.storage })
  }
  return withAssetFile(deps, { actor, assetId: assetId!, signal }, (sourcePath) =>
    cutClip({ ...wish, sourcePath }),
  )
}

/** A name for people who download it; the asset keeps what is allowed in one. */
function fileNameOf(clip: ClipRow): string {
  return (
    clip.title
      .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 100) || clip.id
  )
}

async function markProcessing(deps: Pick<AssetDeps, 'db' | 'now'>, clip: ClipRow): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const updatedAt = deps.now?.() ?? new Date()
    await tx.update(clips).set({ state: 'processing', error: null, updatedAt }).where(eq(clips.id, clip.id))
    await publishEvent(tx, {
      type: 'clip.processing',
      workspaceId: clip.workspaceId,
      subjectId: clip.id,
      data: { assetId: clip.assetId, runId: clip.runId },
    })
  })
}

async function complete(
  tx: Db,
  deps: { now?: () => Date },
  input: Made & { clip: ClipRow; receipt: Receipt; actor: Actor; processingMs: number },
): Promise<Made> {
  const { clip, actor, processingMs, fileAssetId, thumbnailAssetId } = input
  const { out: _out, reframe = null, ...receipt } = input.receipt
  // The clip may have been deleted meanwhile; then this fails and the files go too.
  await findClip(tx, { workspaceId: clip.workspaceId, clipId: clip.id }, { forUpdate: true })
  const holderId = clip.id
  for (const assetId of filesOf(clip)) await releaseReference(tx, { actor, assetId, holderId })
  for (const assetId of [fileAssetId, thumbnailAssetId]) await addReference(tx, { actor, assetId, holderId })
  const { width, height, durationMs, sizeBytes } = receipt
  await saveAssetFacts(tx, { actor, assetId: fileAssetId, facts: { durationMs, width, height } })
  await tx
    .update(clips)
    .set({
      state: 'processed',
      fileAssetId,
      thumbnailAssetId,
      width,
      height,
      sizeBytes,
      receipt,
      // With the window's path, which can be changed and cut again.
      reframe,
      processingMs,
      error: null,
      version: clip.version + 1,
      updatedAt: deps.now?.() ?? new Date(),
    })
    .where(eq(clips.id, clip.id))
  await recordLocalCpu(tx, {
    workspaceId: clip.workspaceId,
    cpuMs: receipt.cpuMs,
    subjectId: clip.id,
    idempotencyKey: `clip ${clip.id} v${clip.version}`,
  })
  await publishEvent(tx, {
    type: 'clip.processed',
    workspaceId: clip.workspaceId,
    subjectId: clip.id,
    data: { assetId: clip.assetId, runId: clip.runId, frames: receipt.frames, mode: receipt.mode },
  })
  return { fileAssetId, thumbnailAssetId }
}
