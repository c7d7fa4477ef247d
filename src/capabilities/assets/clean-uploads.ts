import { and, eq, lte } from 'drizzle-orm'
import { finishLock } from './finish-upload.ts'
import { assetUploads } from './schema.ts'
import type { UploadDeps } from './upload-deps.ts'

/**
 * Removes uploads that were abandoned, with their bytes, and forgets ended ones; all after their time to expire.
 * Also has the storage throw away older parts of interrupted puts. To be called now and then by one process or
 * several. Returns how many uploads were removed.
 */
export async function cleanUploads(
  deps: Pick<UploadDeps, 'db' | 'resumable' | 'storage' | 'locker' | 'uploadExpiryMs' | 'now'>,
): Promise<number> {
  const now = deps.now?.() ?? new Date()
  const due = await deps.db
    .select({ id: assetUploads.id })
    .from(assetUploads)
    .where(lte(assetUploads.expiresAt, now))
    .limit(500)
  for (const { id } of due) {
    // The lock of the finish: an upload that became complete at the last moment is not pulled away from under it.
    await deps.locker.withLock(finishLock(id), async () => {
      const [still] = await deps.db.select().from(assetUploads).where(eq(assetUploads.id, id))
      if (still?.state === 'receiving') await deps.resumable.discard(id)
      await deps.db.delete(assetUploads).where(eq(assetUploads.id, id))
    })
  }
  await deps.storage.abortStaleUploads(deps.uploadExpiryMs + 24 * 3_600_000)
  return due.length
}

/** Throws away an upload that its sender does not want, or that could not be begun. */
export async function abandonUpload(
  deps: Pick<UploadDeps, 'db' | 'resumable'>,
  uploadId: string,
): Promise<void> {
  const [row] = await deps.db
    .delete(assetUploads)
    .where(and(eq(assetUploads.id, uploadId), eq(assetUploads.state, 'receiving')))
    .returning()
  if (row) await deps.resumable.discard(uploadId)
}
