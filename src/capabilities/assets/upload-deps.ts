import type { ResumableStore } from '../../providers/storage/index.ts'
import type { AssetDeps } from './asset-deps.ts'
import type { UploadLocker } from './upload-lock.ts'

/** An upload that is not finished so long after it began is removed. */
export const defaultUploadExpiryMs = 3 * 24 * 3_600_000

export type UploadDeps = AssetDeps & {
  resumable: ResumableStore
  locker: UploadLocker
  maxUploadBytes: number
  uploadExpiryMs: number
}
