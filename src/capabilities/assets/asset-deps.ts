import type { Db } from '../../platform/db/client.ts'
import type { Logger } from '../../platform/log/log.ts'
import type { ObjectStorage } from '../../providers/storage/index.ts'
import type { SignDeps } from './sign-delivery.ts'

/** What most use cases of assets need; each names its part. */
export type AssetDeps = SignDeps & {
  db: Db
  storage: ObjectStorage
  /** Data directory of the installation, for folders to work in. */
  home: string
  /** Bytes a workspace may hold. */
  quotaBytes: (workspaceId: string) => number | Promise<number>
  log: Logger
}
