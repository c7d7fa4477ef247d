import { createReadStream, createWriteStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { FileStore } from '@tus/file-store'
import { isDiskFull, storageErrors } from './errors.ts'
import type { ObjectStorage, ResumableOptions, ResumableStore } from './port.ts'

/** Resumable uploads into a folder; a finished one is renamed into the store. */
export function localResumable(storage: ObjectStorage, options: ResumableOptions): ResumableStore {
  const dataStore = new DirectoryStore(options)
  const pathOf = (uploadId: string) => join(options.workDir, uploadId)
  const keyOf = (uploadId: string) => `assets/${uploadId}`

  return {
    dataStore,
    storeId: (uploadId) => uploadId,
    keyOf,
    async receivedBytes(uploadId) {
      const waiting = await stat(pathOf(uploadId)).catch(() => undefined)
      return waiting?.size ?? (await storage.head(keyOf(uploadId)))?.sizeBytes
    },
    async read(uploadId, range) {
      const isWaiting = (await stat(pathOf(uploadId)).catch(() => undefined)) !== undefined
      if (!isWaiting) return (await storage.get(keyOf(uploadId), { range })).body
      const { start, endInclusive: end } = range ?? {}
      return createReadStream(pathOf(uploadId), { start, end, highWaterMark: 1024 * 1024 })
    },
    async claim(uploadId, { contentType, sha256 }) {
      const isWaiting = (await stat(pathOf(uploadId)).catch(() => undefined)) !== undefined
      const stored = isWaiting
        ? await storage.put(keyOf(uploadId), pathOf(uploadId), { contentType, sha256, move: true })
        : await storage.head(keyOf(uploadId))
      if (!stored) throw storageErrors.missing('The upload is no longer there.', { detail: { uploadId } })
      await rm(`${pathOf(uploadId)}.json`, { force: true })
      return stored
    },
    async discard(uploadId) {
      await rm(pathOf(uploadId), { force: true })
      await rm(`${pathOf(uploadId)}.json`, { force: true })
      await storage.delete(keyOf(uploadId))
    },
  }
}

/** The file store of tus, which in itself hides why a write failed. */
class DirectoryStore extends FileStore {
  constructor(options: ResumableOptions) {
    super({ directory: options.workDir, expirationPeriodInMilliseconds: options.expiresAfterMs })
    // A length that is named later would pass the checks of size and quota at the start.
    this.extensions = this.extensions.filter((name) => name !== 'creation-defer-length')
  }

  override async write(bytes: Readable, id: string, offset: number): Promise<number> {
    const path = join(this.directory, id)
    const file = createWriteStream(path, { flags: 'r+', start: offset, flush: true })
    try {
      await pipeline(bytes, file)
    } catch (cause) {
      if (isDiskFull(cause)) throw storageErrors.full('There is no room left on the disk.', { cause })
      throw cause
    }
    return offset + file.bytesWritten
  }
}
