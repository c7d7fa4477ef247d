import { createReadStream, createWriteStream } from 'node:fs'
import {
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
  access,
  constants,
} from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { hashThrough, moveFileDurably, sha256File, syncDir, syncFile } from '../../platform/files/index.ts'
import { fromFileError, storageErrors } from './errors.ts'
import { assertKey, assertPrefix } from './keys.ts'
import { keysBelow } from './local-list.ts'
import { localResumable } from './local-resumable.ts'
import type { GetResult, ObjectStorage, PutOptions, StoredObject } from './port.ts'
import { cutRange } from './ranges.ts'

/** What the file system has no place for. Kept beside the files, under `.meta`, for each key. */
type Sidecar = { contentType: string; sha256: string; sizeBytes: number }

/**
 * A directory as object storage, the default. Files lie under their keys; `.meta` holds their types and
 * checksums, `.tmp` what is being written. Both are on the same file system, so a rename is atomic.
 */
export function localStorage(root: string): ObjectStorage {
  const pathOf = (key: string) => join(root, key)
  const sidecarOf = (key: string) => join(root, '.meta', `${key}.json`)
  const tempDir = join(root, '.tmp')

  async function put(
    key: string,
    source: string | Buffer | Readable,
    options: PutOptions = {},
  ): Promise<StoredObject> {
    assertKey(key)
    if (options.lockUntil)
      throw storageErrors.unsupported('A directory cannot hold a file under a retention lock.')
    await mkdir(tempDir, { recursive: true })
    const temp = join(tempDir, randomBytes(12).toString('hex'))
    try {
      const written =
        options.move && typeof source === 'string'
          ? await moveIn(source, temp, options.sha256)
          : await writeThrough(source, temp, options)
      if (options.sha256 && options.sha256 !== written.sha256) {
        throw storageErrors.corrupt('The bytes do not have the SHA-256 that was announced.', {
          detail: { expected: options.sha256, actual: written.sha256 },
        })
      }
      const sidecar = { ...written, contentType: options.contentType ?? 'application/octet-stream' }
      await publish(key, temp, sidecar, options.ifAbsent ?? false)
      return { key, etag: `"${written.sha256}"`, ...sidecar }
    } catch (error) {
      await rm(temp, { force: true })
      throw options.signal?.aborted ? options.signal.reason : fromFileError(error, key)
    }
  }

  async function publish(key: string, temp: string, sidecar: Sidecar, ifAbsent: boolean): Promise<void> {
    const path = pathOf(key)
    if ((await head(key)) !== undefined) {
      if (ifAbsent) throw storageErrors.exists(`"${key}" is already stored.`, { detail: { key } })
      // Until the new pair is complete, old facts must not stand beside new bytes.
      await rm(sidecarOf(key), { force: true })
    }
    await mkdir(dirname(path), { recursive: true })
    await mkdir(dirname(sidecarOf(key)), { recursive: true })
    const tempSidecar = `${temp}.json`
    await writeFile(tempSidecar, JSON.stringify(sidecar))
    await rename(temp, path)
    await rename(tempSidecar, sidecarOf(key))
    await syncDir(dirname(path))
  }

  async function head(key: string): Promise<StoredObject | undefined> {
    assertKey(key)
    const found = await stat(pathOf(key)).catch(ignoreAbsence)
    if (!found?.isFile()) return undefined
    const sidecar = await readSidecar(sidecarOf(key))
    if (sidecar?.sizeBytes === found.size) return { key, etag: `"${sidecar.sha256}"`, ...sidecar }
    // A crash between the two renames, or a restored copy without `.meta`: the file itself is whole.
    const etag = `"${found.size.toString(16)}-${found.mtimeMs.toString(16)}-${found.ino.toString(16)}"`
    return { key, sizeBytes: found.size, etag, contentType: 'application/octet-stream' }
  }

  async function get(key: string, options: Parameters<ObjectStorage['get']>[1] = {}): Promise<GetResult> {
    const object = await head(key)
    if (!object) throw storageErrors.missing(`"${key}" is not stored.`, { detail: { key } })
    const { sizeBytes, etag, contentType } = object
    const range = options.range && cutRange(options.range, sizeBytes)
    const body =
      sizeBytes === 0
        ? Readable.from([])
        : createReadStream(pathOf(key), {
            start: range?.start ?? 0,
            end: range?.endInclusive ?? sizeBytes - 1,
            highWaterMark: 256 * 1024,
            signal: options.signal,
          })
    return { body, sizeBytes, etag, contentType, range }
  }

  async function remove(key: string): Promise<void> {
    assertKey(key)
    await rm(pathOf(key), { force: true }).catch((error: unknown) => {
      throw fromFileError(error, key)
    })
    await rm(sidecarOf(key), { force: true })
    await dropEmptyDirs(root, dirname(pathOf(key)))
    await dropEmptyDirs(join(root, '.meta'), dirname(sidecarOf(key)))
  }

  const storage: ObjectStorage = {
    name: 'local',
    put,
    get,
    head,
    delete: remove,
    async list(prefix, { cursor, limit = 1000 } = {}) {
      assertPrefix(prefix)
      const objects: Array<{ key: string; sizeBytes: number }> = []
      for await (const key of keysBelow(root, prefix, cursor)) {
        if (objects.length >= Math.min(limit, 1000)) return { objects, cursor: objects.at(-1)?.key }
        const found = await stat(pathOf(key)).catch(ignoreAbsence)
        if (found) objects.push({ key, sizeBytes: found.size })
      }
      return { objects }
    },
    async deletePrefix(prefix) {
      if (!prefix.endsWith('/')) throw storageErrors.badKey('A prefix to delete must end in a slash.')
      assertPrefix(prefix)
      let deleted = 0
      for await (const key of keysBelow(root, prefix)) {
        await remove(key)
        deleted++
      }
      return deleted
    },
    localPath(key) {
      assertKey(key)
      return pathOf(key)
    },
    async abortStaleUploads(olderThanMs) {
      let removed = 0
      for (const name of await readdir(tempDir).catch(() => [])) {
        const found = await stat(join(tempDir, name)).catch(ignoreAbsence)
        if (!found || Date.now() - found.mtimeMs < olderThanMs) continue
        await rm(join(tempDir, name), { force: true })
        if (!name.endsWith('.json')) removed++
      }
      return removed
    },
    async check() {
      await mkdir(tempDir, { recursive: true })
      await access(tempDir, constants.W_OK).catch((cause: unknown) => {
        throw storageErrors.rejected(`The folder ${root} is not writable.`, { cause })
      })
    },
    describe: () => ({
      vendor: 'local',
      location: root,
      can: { retentionLock: false, conditionalPut: true, encryptionAtRest: false },
    }),
    resumable: (options) => localResumable(storage, options),
  }
  return storage
}

async function moveIn(source: string, temp: string, knownSha256: string | undefined) {
  const sha256 = knownSha256 ?? (await sha256File(source))
  const { size } = await stat(source)
  await moveFileDurably(source, temp)
  return { sha256, sizeBytes: size }
}

async function writeThrough(source: string | Buffer | Readable, temp: string, options: PutOptions) {
  const hash = hashThrough()
  if (options.onProgress) {
    let sent = 0
    hash.on('data', (chunk: Buffer) => options.onProgress?.((sent += chunk.length)))
  }
  const bytes =
    typeof source === 'string'
      ? createReadStream(source, { highWaterMark: 1024 * 1024 })
      : Buffer.isBuffer(source)
        ? Readable.from([source])
        : source
  await pipeline(bytes, hash, createWriteStream(temp, { flags: 'wx' }), { signal: options.signal })
  await syncFile(temp)
  return { sha256: hash.sha256(), sizeBytes: hash.sizeBytes() }
}

async function readSidecar(path: string): Promise<Sidecar | undefined> {
  const text = await readFile(path, 'utf8').catch(ignoreAbsence)
  if (!text) return undefined
  try {
    return JSON.parse(text) as Sidecar
  } catch {
    return undefined // cut short by a power cut: as good as absent
  }
}

/** Removes directories upwards while they are empty; someone else's new file in one stops it. */
async function dropEmptyDirs(root: string, dir: string): Promise<void> {
  for (let at = dir; at.length > root.length; at = dirname(at)) {
    try {
      await rmdir(at)
    } catch {
      return
    }
  }
}

function ignoreAbsence(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
  throw error
}
