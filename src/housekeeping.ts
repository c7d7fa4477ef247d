import { cleanUploads, sweepAssets, type UploadServer } from './capabilities/assets/index.ts'
import { sweepIdentity } from './capabilities/identity/index.ts'
import type { Db } from './platform/db/client.ts'
import { sweepEffects } from './platform/durable/index.ts'
import { sweepEvents } from './platform/events/index.ts'
import { cleanWorkDirs } from './platform/files/index.ts'
import type { Logger } from './platform/log/log.ts'
import type { ObjectStorage } from './providers/storage/index.ts'

export type Housekeeping = {
  db: Db
  storage: ObjectStorage
  home: string
  log: Logger
  uploads: UploadServer
  /** Default ten minutes. */
  everyMs?: number
}

/**
 * Removes what nothing needs any more, now and then: abandoned uploads, files without a row, ended sessions, events
 * and effects of long ago, work folders of processes that were killed. Safe in several processes at once.
 */
export function startHousekeeping(deps: Housekeeping): { stop(): Promise<void> } {
  let current: Promise<void> = Promise.resolve()

  async function tidy(): Promise<void> {
    try {
      await cleanUploads(deps.uploads.deps)
      await sweepAssets(deps)
      await sweepIdentity(deps)
      await sweepEvents(deps.db)
      await sweepEffects(deps.db)
      await cleanWorkDirs(deps.home)
    } catch (error) {
      deps.log.warn({ err: error }, 'housekeeping could not be done now; trying again later')
    }
  }

  const timer = setInterval(() => (current = current.then(tidy)), deps.everyMs ?? 600_000).unref()
  return {
    async stop() {
      clearInterval(timer)
      await current
    },
  }
}
