import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { eq } from 'drizzle-orm'
import { AppError, errorFromCode } from '../../kernel/errors.ts'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { describeUnknown, detectBytes, detectFileType, type FileType } from './detect-file-type.ts'
import { assetErrors, uploadErrors } from './errors.ts'
import { findByContent, registerAsset } from './register-asset.ts'
import { assetUploads } from './schema.ts'
import type { UploadDeps } from './upload-deps.ts'

export type UploadResult = { assetId: string; duplicate: boolean }
export type UploadRow = typeof assetUploads.$inferSelect

/** Failures that no repetition will change: the bytes are thrown away and the upload remembers why. */
const finalCodes = new Set(['assets.typeNotAllowed', 'assets.checksumMismatch', 'assets.empty'])

/**
 * Makes an upload whose bytes have all arrived an asset: looks at its type, computes its SHA-256, and finds out
 * whether the workspace has the same content already. Safe to repeat and to call from several processes at once;
 * every call gives the same result. A refused file leaves nothing behind.
 */
export async function finishUpload(deps: UploadDeps, input: { uploadId: string }): Promise<UploadResult> {
  const { uploadId } = input
  return deps.locker.withLock(finishLock(uploadId), async () => {
    const upload = await findUpload(deps.db, uploadId)
    if (upload.state !== 'receiving') return resultOf(upload)
    const received = (await deps.resumable.receivedBytes(uploadId)) ?? 0
    if (received !== upload.sizeBytes) {
      const detail = { receivedBytes: received, sizeBytes: upload.sizeBytes }
      throw uploadErrors.incomplete('The upload is not complete.', { detail })
    }
    try {
      return await accept(deps, upload)
    } catch (error) {
      if (error instanceof AppError && finalCodes.has(error.code)) await refuse(deps, upload, error)
      throw error
    }
  })
}

/** The lock that whoever ends an upload holds. */
export function finishLock(uploadId: string): string {
  return `finish ${uploadId}`
}

async function accept(deps: UploadDeps, upload: UploadRow): Promise<UploadResult> {
  const { workspaceId, sizeBytes, name } = upload
  const type = await typeOf(deps, upload)
  const sha256 = await hashOf(deps, upload.id)
  if (upload.sha256 !== null && upload.sha256 !== sha256) {
    const detail = { expected: upload.sha256, actual: sha256 }
    throw assetErrors.checksumMismatch('The content does not have the announced SHA-256.', { detail })
  }
  const actor = actorOf(upload)
  const existing = await findByContent(deps.db, workspaceId, sha256)
  if (existing) return finishAs(deps, upload, existing.id)

  const { contentType, kind } = type
  const { key: storageKey } = await deps.resumable.claim(upload.id, { contentType, sha256 })
  const now = deps.now?.() ?? new Date()
  const { row, isDuplicate } = await deps.db.transaction(async (tx) => {
    const added = await registerAsset(tx, {
      actor,
      name,
      kind,
      contentType,
      sizeBytes,
      sha256,
      storageKey,
      now,
    })
    if (!added.isDuplicate) await markFinished(tx, upload.id, added.row.id, false)
    return added
  })
  if (isDuplicate) return finishAs(deps, upload, row.id)
  return { assetId: row.id, duplicate: false }
}

/** The bytes are in the workspace already: throws these away and points at the asset that has them. */
async function finishAs(deps: UploadDeps, upload: UploadRow, assetId: string): Promise<UploadResult> {
  await deps.resumable.discard(upload.id)
  await markFinished(deps.db, upload.id, assetId, true)
  return { assetId, duplicate: true }
}

async function markFinished(db: Db, uploadId: string, assetId: string, isDuplicate: boolean): Promise<void> {
  await db
    .update(assetUploads)
    .set({ state: 'finished', assetId, isDuplicate })
    .where(eq(assetUploads.id, uploadId))
}

async function refuse(deps: UploadDeps, upload: UploadRow, error: AppError): Promise<void> {
  await deps.resumable.discard(upload.id)
  const { code, message, detail } = error
  await deps.db
    .update(assetUploads)
    .set({ state: 'failed', error: { code, message, detail } })
    .where(eq(assetUploads.id, upload.id))
}

/** What became of an upload that has ended; throws its failure. */
export function resultOf(upload: UploadRow): UploadResult {
  if (upload.state === 'finished' && upload.assetId)
    return { assetId: upload.assetId, duplicate: upload.isDuplicate }
  const { code, message, detail } = upload.error ?? { code: '', message: '' }
  throw errorFromCode(code, message, detail) ?? uploadErrors.gone('The upload has ended.')
}

export async function findUpload(db: Db, uploadId: string, workspaceId?: string): Promise<UploadRow> {
  const [row] = await db.select().from(assetUploads).where(eq(assetUploads.id, uploadId))
  if (!row || (workspaceId !== undefined && row.workspaceId !== workspaceId)) {
    throw uploadErrors.notFound('This upload does not exist.', { detail: { uploadId } })
  }
  return row
}

async function typeOf(deps: UploadDeps, upload: UploadRow): Promise<FileType> {
  const endInclusive = Math.min(detectBytes, upload.sizeBytes) - 1
  const head = await buffer(await deps.resumable.read(upload.id, { start: 0, endInclusive }))
  const type = detectFileType(head)
  if (!type) throw assetErrors.typeNotAllowed(`"${upload.name}" is ${describeUnknown(head)}.`)
  return type
}

async function hashOf(deps: UploadDeps, uploadId: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(await deps.resumable.read(uploadId), hash)
  return hash.digest('hex')
}

// Whoever finishes it, the asset belongs to the one who began the upload.
function actorOf(upload: UploadRow): Pick<Actor, 'kind' | 'id' | 'workspaceId'> {
  const kind = upload.createdBy.startsWith('key_') ? 'apiKey' : 'person'
  return { kind, id: upload.createdBy, workspaceId: upload.workspaceId }
}
