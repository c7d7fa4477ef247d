import { randomBytes } from 'node:crypto'

export type Version = {
  versionId: string
  isDeleteMarker: boolean
  bytes: Buffer
  etag: string
  headers: Record<string, string>
  checksums: Record<string, string>
  modifiedAt: Date
  lockedUntil?: Date
}

export type Part = { bytes: Buffer; etag: string; checksums: Record<string, string>; modifiedAt: Date }

export type Upload = {
  uploadId: string
  key: string
  initiatedAt: Date
  headers: Record<string, string>
  checksumAlgorithm?: string
  checksumType?: string
  parts: Map<number, Part>
}

export type Bucket = {
  name: string
  hasObjectLock: boolean
  objects: Map<string, Version[]>
  uploads: Map<string, Upload>
}

/** A failure in S3's own terms; answered as XML. */
export class S3Failure extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message = code) {
    super(message)
    this.status = status
    this.code = code
  }
}

export function newBucket(name: string, hasObjectLock = false): Bucket {
  return { name, hasObjectLock, objects: new Map(), uploads: new Map() }
}

/** The version that a plain read sees; undefined if there is none or it was deleted. */
export function currentVersion(bucket: Bucket, key: string): Version | undefined {
  const newest = bucket.objects.get(key)?.at(-1)
  return newest?.isDeleteMarker ? undefined : newest
}

export function findVersion(bucket: Bucket, key: string, versionId: string | null): Version {
  const versions = bucket.objects.get(key) ?? []
  const found = versionId
    ? versions.find((version) => version.versionId === versionId)
    : currentVersion(bucket, key)
  if (!found)
    throw new S3Failure(404, versionId ? 'NoSuchVersion' : 'NoSuchKey', 'The specified key does not exist.')
  return found
}

/** Adds a version; without versioning it replaces what was there. */
export function storeVersion(
  bucket: Bucket,
  key: string,
  version: Omit<Version, 'versionId' | 'modifiedAt'>,
): Version {
  const stored = {
    ...version,
    versionId: bucket.hasObjectLock ? newOpaqueId() : 'null',
    modifiedAt: new Date(),
  }
  const earlier = bucket.hasObjectLock ? (bucket.objects.get(key) ?? []) : []
  bucket.objects.set(key, [...earlier, stored])
  return stored
}

export function deleteKey(bucket: Bucket, key: string, versionId: string | null): void {
  if (!bucket.hasObjectLock) {
    bucket.objects.delete(key)
    return
  }
  const versions = bucket.objects.get(key) ?? []
  if (!versionId) {
    const marker = { isDeleteMarker: true, bytes: Buffer.alloc(0), etag: '', headers: {}, checksums: {} }
    if (versions.length > 0) storeVersion(bucket, key, marker)
    return
  }
  const found = versions.find((version) => version.versionId === versionId)
  if (found?.lockedUntil && found.lockedUntil > new Date()) {
    throw new S3Failure(403, 'AccessDenied', 'Access Denied because object protected by object lock.')
  }
  const left = versions.filter((version) => version !== found)
  if (left.length > 0) bucket.objects.set(key, left)
  else bucket.objects.delete(key)
}

export function newOpaqueId(): string {
  return randomBytes(24).toString('base64url')
}

/** Keys in the order of S3: by their UTF-8 bytes. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
