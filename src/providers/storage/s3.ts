import { unlink } from 'node:fs/promises'
import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { storageErrors } from './errors.ts'
import { assertKey, assertPrefix } from './keys.ts'
import type { ObjectStorage, StoredObject } from './port.ts'
import { fromS3Error, s3Fault } from './s3-errors.ts'
import { getS3 } from './s3-get.ts'
import { s3Client, type S3Location } from './s3-location.ts'
import { openUploads } from './s3-open-uploads.ts'
import { putS3 } from './s3-put.ts'
import { s3Resumable } from './s3-resumable.ts'
import { bareEtag, ensureLocked } from './s3-verify.ts'

/**
 * A bucket of S3, or of a store that speaks its protocol, as object storage.
 * `credentials` are for tests; otherwise AWS's own chain finds them.
 */
export function s3Storage(location: S3Location, credentials?: S3ClientConfig['credentials']): ObjectStorage {
  const client = s3Client(location, credentials)
  const { bucket, prefix } = location
  const target = (key: string) => {
    assertKey(key)
    return { client, location, key, fullKey: prefix + key }
  }

  async function list(below: string, { cursor, limit = 1000 }: { cursor?: string; limit?: number } = {}) {
    assertPrefix(below)
    const page = await client.listObjectsV2({
      Bucket: bucket,
      Prefix: prefix + below,
      StartAfter: cursor === undefined ? undefined : prefix + cursor,
      MaxKeys: Math.min(limit, 1000),
    })
    const objects = (page.Contents ?? []).map((found) => ({
      key: (found.Key ?? '').slice(prefix.length),
      sizeBytes: found.Size ?? 0,
    }))
    return { objects, cursor: page.IsTruncated ? objects.at(-1)?.key : undefined }
  }

  async function deletePrefix(below: string): Promise<number> {
    if (!below.endsWith('/')) throw storageErrors.badKey('A prefix to delete must end in a slash.')
    let deleted = 0
    for (;;) {
      const { objects, cursor } = await list(below)
      if (objects.length === 0) return deleted
      const Objects = objects.map(({ key }) => ({ Key: prefix + key }))
      const answer = await client.deleteObjects({ Bucket: bucket, Delete: { Objects, Quiet: true } })
      const [refused] = answer.Errors ?? []
      if (refused) throw storageErrors.rejected(`The store keeps "${refused.Key}": ${refused.Code}.`)
      deleted += objects.length
      if (cursor === undefined) return deleted
    }
  }

  const storage: ObjectStorage = {
    name: 's3',
    async put(key, source, options = {}) {
      const at = target(key)
      const stored = await translate(key, async () => {
        const put = await putS3(at, source, options)
        if (options.lockUntil) await ensureLocked(at, options.lockUntil)
        return put
      })
      if (options.move && typeof source === 'string') await unlink(source)
      return stored
    },
    get: (key, options = {}) => translate(key, () => getS3(target(key), options)),
    head: (key) => translate(key, () => headS3(target(key))),
    list: (below, options) => translate(below, () => list(below, options)),
    async delete(key) {
      await translate(key, () => client.deleteObject({ Bucket: bucket, Key: target(key).fullKey }))
    },
    deletePrefix: (below) => translate(below, () => deletePrefix(below)),
    localPath(key) {
      assertKey(key)
      return undefined
    },
    abortStaleUploads: (olderThanMs) =>
      translate('', async () => {
        const stale = (await openUploads(client, bucket, prefix)).filter(
          (upload) => Date.now() - (upload.Initiated?.getTime() ?? 0) >= olderThanMs,
        )
        for (const { Key, UploadId } of stale)
          await client.abortMultipartUpload({ Bucket: bucket, Key, UploadId })
        return stale.length
      }),
    check: () =>
      translate('', async () => {
        await client.headBucket({ Bucket: bucket })
      }),
    describe: () => ({
      vendor: 's3',
      location: `${bucket}/${prefix} in ${location.region}${location.endpoint ? ` at ${location.endpoint}` : ''}`,
      can: { retentionLock: true, conditionalPut: true, encryptionAtRest: location.encryption !== undefined },
    }),
    resumable: (options) => s3Resumable(storage, client, location, options),
  }
  return storage
}

async function headS3(at: Parameters<typeof getS3>[0]): Promise<StoredObject | undefined> {
  try {
    const found = await at.client.headObject({ Bucket: at.location.bucket, Key: at.fullKey })
    return {
      key: at.key,
      sizeBytes: found.ContentLength ?? 0,
      etag: `"${bareEtag(found.ETag)}"`,
      sha256: found.Metadata?.['sha256'],
      contentType: found.ContentType ?? 'application/octet-stream',
    }
  } catch (error) {
    const { status, code } = s3Fault(error)
    if (status === 404 && code !== 'NoSuchBucket') return undefined
    throw error
  }
}

async function translate<T>(key: string, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn()
  } catch (error) {
    throw fromS3Error(error, key)
  }
}
