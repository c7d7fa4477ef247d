import type { Readable } from 'node:stream'
import type { DataStore } from '@tus/server'

/** What is known about one stored file. */
export type StoredObject = {
  key: string
  sizeBytes: number
  /** Strong entity tag with its quotes, ready for an `ETag` header. Changes whenever the bytes change. */
  etag: string
  /** Lower-case hex; undefined where the vendor was never told it. */
  sha256?: string
  contentType: string
}

/** Both ends counted, from 0, as in an HTTP `Range` header. */
export type ByteRange = { start: number; endInclusive: number }

export type PutOptions = {
  /** Default `application/octet-stream`. */
  contentType?: string
  /** Lower-case hex. Compared with the bytes on their way; a difference is `storage.corrupt` and nothing is kept. */
  sha256?: string
  /** Refuse with `storage.exists` if the key is taken. */
  ifAbsent?: boolean
  /** Nobody may delete or change this version before then. Only where `describe().can.retentionLock` is true. */
  lockUntil?: Date
  /**
   * For a source path: it may be renamed into the store instead of copied, and is gone afterwards. A `sha256`
   * given with it is then taken as known and not computed a second time.
   */
  move?: boolean
  signal?: AbortSignal
  /** Bytes safely handed over so far. */
  onProgress?: (sentBytes: number) => void
}

export type GetResult = {
  /** The caller reads it to the end or destroys it. */
  body: Readable
  /** Size of the whole object, also for a range. */
  sizeBytes: number
  etag: string
  contentType: string
  /** The bytes that `body` holds, when a range was asked for. */
  range?: ByteRange
}

export type ListPage = {
  objects: Array<{ key: string; sizeBytes: number }>
  /** Give it to the next call; undefined on the last page. */
  cursor?: string
}

export type StorageDescription = {
  vendor: string
  /** Where the files are, for a person. Holds no secrets. */
  location: string
  can: { retentionLock: boolean; conditionalPut: boolean; encryptionAtRest: boolean }
}

/**
 * Files by key. Keys are relative paths of ids and hashes, never names that a person typed.
 *
 * Every vendor promises: a key shows either the whole old or the whole new file, never a part; when `put`
 * returns, the bytes survive a power cut; memory stays bounded whatever the size.
 */
export type ObjectStorage = {
  name: string
  /** Stores a file from a path, bytes or a stream, replacing what is there. Safe to repeat after a crash. */
  put(key: string, source: string | Buffer | Readable, options?: PutOptions): Promise<StoredObject>
  /** Opens a file for reading. Fails with `storage.missing` or `storage.badRange`. A range is cut at the end of the file. */
  get(key: string, options?: { range?: ByteRange; signal?: AbortSignal }): Promise<GetResult>
  /** What is stored under the key, or undefined. */
  head(key: string): Promise<StoredObject | undefined>
  /** Keys that start with the prefix, sorted by their UTF-8 bytes. `limit` at most 1,000, the default. */
  list(prefix: string, options?: { cursor?: string; limit?: number }): Promise<ListPage>
  /** Deletes one key. It is no failure if nothing is there. */
  delete(key: string): Promise<void>
  /** Deletes every key below a prefix, which must end in `/`. Returns how many there were. */
  deletePrefix(prefix: string): Promise<number>
  /** The file's path on this machine where there is one; read only. Undefined means: `get` it. */
  localPath(key: string): string | undefined
  /** Throws away what interrupted `put`s left behind more than so long ago. Returns how many. */
  abortStaleUploads(olderThanMs: number): Promise<number>
  /** Fails with a `storage` row if files cannot be stored here now; for the health check. */
  check(): Promise<void>
  describe(): StorageDescription
  /** The vendor's side of resumable uploads. */
  resumable(options: ResumableOptions): ResumableStore
}

export type ResumableOptions = {
  /** A folder for parts that are still on this machine. */
  workDir: string
  /** An upload that is not finished so long after it began is gone. */
  expiresAfterMs: number
}

/** Where a resumable upload collects its bytes, and how they become a stored file without being copied. */
export type ResumableStore = {
  /** The store for the tus server. */
  dataStore: DataStore
  /** The data store's own name for an upload. */
  storeId(uploadId: string): string
  /** Bytes received so far, or undefined if the upload is not known. */
  receivedBytes(uploadId: string): Promise<number | undefined>
  /** Reads a finished upload. */
  read(uploadId: string, range?: ByteRange): Promise<Readable>
  /**
   * Makes a finished upload a stored file. Repeating it after a crash gives the same result.
   * The key is the vendor's choice, and known beforehand by `keyOf`.
   */
  claim(uploadId: string, options: { contentType: string; sha256: string }): Promise<StoredObject>
  keyOf(uploadId: string): string
  /** Throws away an upload in any state, claimed or not. */
  discard(uploadId: string): Promise<void>
}
