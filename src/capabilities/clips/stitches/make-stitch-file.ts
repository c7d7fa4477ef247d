import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import type { Actor } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { withWorkDir } from '../../../platform/files/index.ts'
import { addReference, createAssetFromFile, saveAssetFacts, withAssetFile } from '../../assets/index.ts'
import { recordLocalCpu } from '../../costs/index.ts'
import { extractThumbnail } from '../../media/index.ts'
import { notify } from '../../notifications/index.ts'
import { deleteFiles } from '../delete-clip.ts'
import { clipErrors } from '../errors.ts'
import { findClip } from '../find-clip.ts'
import type { MakeClipFile, MakeClipFileDeps } from '../make-clip-file.ts'
import { stitchClips } from '../stitch-clips.ts'
import type { StitchReceipt } from '../stitch/stitch-job.ts'
import { findStitch } from './get-stitch.ts'
import { clipStitches } from './schema.ts'
import type { StitchPart, StitchRow } from './stitch.ts'

export type MakeStitchFile = Omit<MakeClipFile, 'clipId'> & { stitchId: string }

type Local = { sourcePath: string; label: string; startMs: number; endMs: number }

/**
 * Joins the parts of a recorded stitch, stores the file and its thumbnail and completes the record with a
 * notification, exactly once however often it is tried. Nothing temporary stays.
 */
export async function makeStitchFile(
  deps: MakeClipFileDeps,
  input: MakeStitchFile,
): Promise<{ fileAssetId: string }> {
  const { actor, stitchId, signal, report } = input
  const row = await findStitch(deps.db, { workspaceId: actor.workspaceId, stitchId })
  if (row.state === 'processed' && row.fileAssetId) return { fileAssetId: row.fileAssetId }
  const startedAt = performance.now()
  await deps.db
    .update(clipStitches)
    .set({ state: 'processing', error: null, updatedAt: deps.now?.() ?? new Date() })
    .where(eq(clipStitches.id, stitchId))
  return withWorkDir(deps.home, stitchId, async (dir) => {
    const outPath = join(dir, 'stitched.mp4')
    const receipt = await withParts(deps, { actor, parts: row.parts, signal }, (parts) =>
      stitchClips({
        parts,
        outPath,
        ...row.options,
        signal,
        onProgress: (percent) => report?.(percent * 0.95),
      }),
    )
    const thumbnailPath = join(dir, 'thumbnail.jpg')
    await extractThumbnail(deps, {
      path: outPath,
      atMs: receipt.durationMs / 3,
      outPath: thumbnailPath,
      signal,
    })
    const stored: string[] = []
    const keyPrefix = `clips/${row.workspaceId}/stitches/${stitchId}/`
    const store = async (path: string, name: string, kind: 'clip' | 'image') => {
      const asset = await createAssetFromFile(deps, {
        actor,
        path,
        name,
        kind,
        move: true,
        keyPrefix,
        signal,
      })
      if (!asset.isDuplicate) stored.push(asset.id)
      return asset.id
    }
    try {
      const fileAssetId = await store(outPath, `${nameFor(row)}.mp4`, 'clip')
      const thumbnailAssetId = await store(thumbnailPath, `${nameFor(row)}.jpg`, 'image')
      const processingMs = Math.round(performance.now() - startedAt)
      const made = { fileAssetId, thumbnailAssetId, receipt, processingMs }
      return await input.once(`stitch ${stitchId}`, (tx) => complete(tx, deps, { actor, row, made }))
    } catch (error) {
      await deleteFiles(deps, actor.workspaceId, stored).catch((err: unknown) =>
        deps.log.warn({ err, stitchId }, 'files of an unfinished stitch could not be removed'),
      )
      throw error
    }
  })
}

/** Runs `fn` with a file on this machine for each part. */
async function withParts<T>(
  deps: MakeClipFileDeps,
  input: { actor: Actor; parts: readonly StitchPart[]; signal?: AbortSignal },
  fn: (parts: Local[]) => Promise<T>,
  done: Local[] = [],
): Promise<T> {
  const { actor, parts, signal } = input
  const part = parts[done.length]
  if (!part) return fn(done)
  const label = 'assetId' in part ? part.assetId : part.clipId
  const known = done.find((one) => one.label === label)
  const range = { startMs: part.startMs ?? 0, endMs: part.endMs ?? Number.POSITIVE_INFINITY }
  if (known) return withParts(deps, input, fn, [...done, { ...known, ...range }])
  const assetId = 'assetId' in part ? part.assetId : await fileOfClip(deps.db, actor, part.clipId)
  return withAssetFile(deps, { actor, assetId, signal }, (sourcePath) =>
    withParts(deps, input, fn, [...done, { sourcePath, label, ...range }]),
  )
}

async function fileOfClip(db: Db, actor: Actor, clipId: string): Promise<string> {
  const { fileAssetId, title, state } = await findClip(db, { workspaceId: actor.workspaceId, clipId })
  if (!fileAssetId) throw clipErrors.busy(`The clip "${title}" is ${state}.`)
  return fileAssetId
}

function nameFor({ name, id }: StitchRow): string {
  const plain = name.replaceAll(/[^\p{L}\p{N} ._-]+/gu, ' ').trim()
  return plain.slice(0, 100) || id
}

async function complete(
  tx: Db,
  deps: { now?: () => Date },
  input: {
    actor: Actor
    row: StitchRow
    made: { fileAssetId: string; thumbnailAssetId: string; receipt: StitchReceipt; processingMs: number }
  },
): Promise<{ fileAssetId: string }> {
  const { actor, row, made } = input
  const { out: _out, ...receipt } = made.receipt
  const { id: stitchId, workspaceId, batchId, name } = row
  const { fileAssetId, thumbnailAssetId, processingMs } = made
  await findStitch(tx, { workspaceId, stitchId }, { forUpdate: true })
  for (const assetId of [fileAssetId, thumbnailAssetId]) {
    await addReference(tx, { actor, assetId, holderId: stitchId })
  }
  const { width, height, durationMs, sizeBytes } = receipt
  await saveAssetFacts(tx, { actor, assetId: fileAssetId, facts: { durationMs, width, height } })
  const now = deps.now?.() ?? new Date()
  await tx
    .update(clipStitches)
    .set({
      state: 'processed',
      fileAssetId,
      thumbnailAssetId,
      width,
      height,
      durationMs: Math.round(durationMs),
      sizeBytes,
      receipt,
      processingMs,
      error: null,
      updatedAt: now,
    })
    .where(eq(clipStitches.id, stitchId))
  await recordLocalCpu(tx, {
    workspaceId,
    cpuMs: receipt.cpuMs,
    subjectId: stitchId,
    idempotencyKey: `stitch ${stitchId}`,
  })
  const data = { state: 'processed', batchId, frames: receipt.frames, fileAssetId }
  await publishEvent(tx, { type: 'clips.stitchFinished', workspaceId, subjectId: stitchId, data })
  const seconds = Math.round(durationMs / 1000)
  await notify(tx, {
    workspaceId,
    kind: 'clips.stitchFinished',
    title: `"${name}" is joined`,
    body: `${row.parts.length} parts, ${seconds} s.`,
    subjectId: stitchId,
  })
  return { fileAssetId }
}
