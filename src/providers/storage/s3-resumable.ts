import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { S3 } from '@aws-sdk/client-s3'
import { S3Store } from '@tus/s3-store'
import { storageErrors } from './errors.ts'
import type { ObjectStorage, ResumableOptions, ResumableStore } from './port.ts'
import { fromS3Error, s3Fault } from './s3-errors.ts'
import { s3ClientConfig, type S3Location } from './s3-location.ts'

/** Parts of one process that wait on the local disk or are on their way, each of `partBytes`. */
const parallelParts = 4

/** Resumable uploads as multipart uploads of the final key: a finished one is already in its place. */
export function s3Resumable(
  storage: ObjectStorage,
  client: S3,
  location: S3Location,
  options: ResumableOptions,
): ResumableStore {
  const dataStore = new BucketStore(client, location, options)
  const keyOf = (uploadId: string) => `assets/${uploadId}`
  const storeId = (uploadId: string) => location.prefix + keyOf(uploadId)

  return {
    dataStore,
    storeId,
    keyOf,
    async receivedBytes(uploadId) {
      try {
        return (await dataStore.getUpload(storeId(uploadId))).offset
      } catch (error) {
        if (isUnknownUpload(error)) return (await storage.head(keyOf(uploadId)))?.sizeBytes
        throw fromS3Error(error, keyOf(uploadId))
      }
    },
    async read(uploadId, range) {
      return (await storage.get(keyOf(uploadId), { range })).body
    },
    async claim(uploadId, { contentType, sha256 }) {
      const stored = await storage.head(keyOf(uploadId))
      if (!stored) throw storageErrors.missing('The upload is no longer there.', { detail: { uploadId } })
      await storage.delete(`${keyOf(uploadId)}.info`)
      return { ...stored, contentType, sha256 }
    },
    async discard(uploadId) {
      try {
        await dataStore.remove(storeId(uploadId))
      } catch (error) {
        if (!isUnknownUpload(error)) throw fromS3Error(error, keyOf(uploadId))
      }
      for (const ending of ['', '.part', '.info']) await storage.delete(keyOf(uploadId) + ending)
    },
  }
}

function isUnknownUpload(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status_code' in error && error.status_code === 404
}

/** The S3 store of tus with our client, so that encryption, checksums and retries are the same everywhere. */
class BucketStore extends S3Store {
  constructor(client: S3, location: S3Location, options: ResumableOptions) {
    super({
      partSize: Math.max(location.partBytes, 8 * 1024 * 1024),
      maxConcurrentPartUploads: parallelParts,
      expirationPeriodInMilliseconds: options.expiresAfterMs,
      useTags: false,
      s3ClientConfig: { bucket: location.bucket, ...s3ClientConfig(location) },
    })
    this.client = client
    this.extensions = this.extensions.filter((name) => name !== 'creation-defer-length')
  }

  // The SDK repeats a failed request only if its body is in memory: a part at a time, `parallelParts` at most.
  protected override async uploadPart(
    metadata: Parameters<S3Store['uploadPart']>[0],
    bytes: Readable | Buffer,
    partNumber: number,
  ): Promise<string> {
    return super.uploadPart(metadata, Buffer.isBuffer(bytes) ? bytes : await buffer(bytes), partNumber)
  }

  protected override async uploadIncompletePart(id: string, bytes: Readable): Promise<string> {
    const part = await buffer(bytes)
    const { ETag } = await this.client.putObject({
      Bucket: this.bucket,
      Key: this.partKey(id, true),
      Body: part,
    })
    return ETag ?? ''
  }

  // Completing is not idempotent: after a lost answer the upload is gone and the object is there.
  protected override async finishMultipartUpload(
    metadata: Parameters<S3Store['finishMultipartUpload']>[0],
    parts: Parameters<S3Store['finishMultipartUpload']>[1],
  ): Promise<string | undefined> {
    try {
      return await super.finishMultipartUpload(metadata, parts)
    } catch (error) {
      if (s3Fault(error).code !== 'NoSuchUpload') throw error
      const found = await this.client.headObject({ Bucket: this.bucket, Key: metadata.file.id })
      if (found.ContentLength !== metadata.file.size) throw error
      return undefined
    }
  }

  override async write(bytes: Readable, id: string, offset: number): Promise<number> {
    try {
      return await super.write(bytes, id, offset)
    } catch (error) {
      const isTusError = typeof error === 'object' && error !== null && 'status_code' in error
      throw isTusError || bytes.errored ? error : fromS3Error(error, id)
    }
  }
}
