import { type Actor, assertMay } from '../../kernel/actor.ts'
import { diskFree } from '../../platform/files/index.ts'
import { storageErrors } from '../../providers/storage/index.ts'
import { cleanAssetName } from './asset-name.ts'
import { assetErrors } from './errors.ts'
import { assertRoom, lockQuota } from './quota.ts'
import { assetUploads } from './schema.ts'
import type { UploadDeps } from './upload-deps.ts'

/** Kept free on the disk, for the database beside us. */
const spareBytes = 64 * 1024 * 1024

export type BeginUpload = {
  actor: Actor
  uploadId: string
  name: string
  sizeBytes: number
  /** Hexadecimal; compared with the content at the end. */
  sha256?: string
}

/**
 * Accepts an upload before its first byte: name, size, quota and disk. The promised bytes count as used from here on.
 * Returns the name as it will be shown.
 */
export async function beginUpload(
  deps: Pick<
    UploadDeps,
    'db' | 'quotaBytes' | 'maxUploadBytes' | 'uploadExpiryMs' | 'home' | 'storage' | 'now'
  >,
  input: BeginUpload,
): Promise<{ name: string }> {
  const { actor, uploadId, sizeBytes } = input
  const { workspaceId } = actor
  assertMay(actor, 'assets.write')
  const name = cleanAssetName(input.name)
  const sha256 = input.sha256?.toLowerCase()
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256))
    throw assetErrors.badChecksum('The sha256 is not one.')
  if (sizeBytes === 0) throw assetErrors.empty('The file has 0 bytes.')
  assertSize(deps.maxUploadBytes, sizeBytes)
  await assertDisk(deps, sizeBytes)

  const createdAt = deps.now?.() ?? new Date()
  const expiresAt = new Date(createdAt.getTime() + deps.uploadExpiryMs)
  await deps.db.transaction(async (tx) => {
    await lockQuota(tx, workspaceId)
    await assertRoom({ ...deps, db: tx }, workspaceId, sizeBytes)
    const createdBy = actor.id
    const row = { id: uploadId, workspaceId, createdBy, name, sizeBytes, sha256, createdAt, expiresAt }
    await tx.insert(assetUploads).values({ ...row, state: 'receiving', isDuplicate: false })
  })
  return { name }
}

/** Fails with `assets.tooLarge` above the limit for one file. */
export function assertSize(maxUploadBytes: number, sizeBytes: number): void {
  if (sizeBytes <= maxUploadBytes) return
  throw assetErrors.tooLarge('The file is too large.', {
    detail: { limitBytes: maxUploadBytes, fileBytes: sizeBytes },
  })
}

async function assertDisk(
  { storage, home }: Pick<UploadDeps, 'storage' | 'home'>,
  sizeBytes: number,
): Promise<void> {
  const isOnThisDisk = storage.localPath('assets') !== undefined
  if (!isOnThisDisk) return
  const freeBytes = await diskFree(home)
  if (sizeBytes + spareBytes <= freeBytes) return
  throw storageErrors.full('There is no room for this file on the disk.', {
    detail: { freeBytes, fileBytes: sizeBytes },
  })
}
