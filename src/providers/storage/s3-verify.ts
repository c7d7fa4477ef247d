import type { S3 } from '@aws-sdk/client-s3'
import { storageErrors } from './errors.ts'
import type { StoredObject } from './port.ts'
import { s3Fault } from './s3-errors.ts'
import type { S3Location } from './s3-location.ts'
import type { wholeChecksums } from './s3-parts.ts'

export type S3Target = { client: S3; location: S3Location; key: string; fullKey: string }
/** Size and checksums of all that was sent. */
export type Whole = ReturnType<ReturnType<typeof wholeChecksums>['finish']>

/**
 * Compares the tag in the store's answer with the MD5 of what was sent: the last defence against a store that
 * checks nothing itself. What turns out wrong is deleted. Without a tag in the answer (Ceph 16), it is asked for.
 */
export async function verified(
  target: S3Target,
  whole: Whole,
  expectedMd5: string,
  answer: { etag: string | undefined; contentType: string },
): Promise<StoredObject> {
  const etag = bareEtag(answer.etag || (await headOrNothing(target))?.ETag)
  const isMd5 = /^[0-9a-f]{32}(-\d+)?$/.test(etag) && target.location.encryption?.kind !== 'aws:kms'
  if (isMd5 && etag !== expectedMd5) {
    await target.client.deleteObject({ Bucket: target.location.bucket, Key: target.fullKey })
    throw storageErrors.corrupt('The store holds other bytes than were sent.', {
      detail: { key: target.key },
    })
  }
  const { key } = target
  return {
    key,
    sizeBytes: whole.sizeBytes,
    etag: `"${etag}"`,
    sha256: whole.sha256,
    contentType: answer.contentType,
  }
}

/** Whether the key holds exactly these bytes, as after an answer that was lost. */
export async function holdsOurs(target: S3Target, whole: Whole): Promise<boolean> {
  const found = await headOrNothing(target)
  if (found?.ContentLength !== whole.sizeBytes) return false
  return found.Metadata?.['sha256'] === whole.sha256 || bareEtag(found.ETag) === whole.multipartMd5
}

export async function exists(target: S3Target): Promise<boolean> {
  return (await headOrNothing(target)) !== undefined
}

async function headOrNothing({ client, location, fullKey }: S3Target) {
  try {
    return await client.headObject({ Bucket: location.bucket, Key: fullKey })
  } catch (error) {
    if (s3Fault(error).status === 404) return undefined
    throw error
  }
}

/**
 * Sets a retention lock that the store did not take over from the headers of the put (Ceph 16 forgets it for
 * multipart uploads), so that nobody trusts a lock that is not there.
 */
export async function ensureLocked(target: S3Target, lockUntil: Date): Promise<void> {
  const found = await headOrNothing(target)
  if (found?.ObjectLockMode === 'COMPLIANCE') return
  await target.client.putObjectRetention({
    Bucket: target.location.bucket,
    Key: target.fullKey,
    VersionId: found?.VersionId,
    Retention: { Mode: 'COMPLIANCE', RetainUntilDate: lockUntil },
  })
}

/** An ETag without its quotes; Ceph leaves them away in some answers. */
export function bareEtag(etag: string | undefined): string {
  return (etag ?? '').replace(/^"|"$/g, '')
}
