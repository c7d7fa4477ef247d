import { createHash, randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { ReadBody } from './s3-body.ts'
import {
  byBytes,
  currentVersion,
  deleteKey,
  findVersion,
  S3Failure,
  storeVersion,
  type Bucket,
} from './s3-state.ts'
import { xmlDocument, xmlParts, xmlTexts } from './s3-xml.ts'

export type Call = {
  bucket: Bucket
  key: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: ReadBody
}
export type Answer = { status: number; headers: Record<string, string>; body?: Buffer | string }

export function putObject({ bucket, key, headers, body }: Call): Answer {
  assertConditions(bucket, key, headers)
  const lockedUntil = lockOf(bucket, headers, body)
  const kept = keptHeaders(headers)
  const etag = etagFor(body.bytes, kept)
  const version = {
    isDeleteMarker: false,
    bytes: body.bytes,
    etag,
    headers: kept,
    checksums: body.checksums,
    lockedUntil,
  }
  const stored = storeVersion(bucket, key, version)
  return {
    status: 200,
    headers: { etag, ...versionHeader(bucket, stored.versionId), ...body.checksums, ...sseOf(kept) },
  }
}

export function getObject({ bucket, key, query, headers }: Call, withBody: boolean): Answer {
  const found = findVersion(bucket, key, query.get('versionId'))
  if (found.isDeleteMarker) throw new S3Failure(405, 'MethodNotAllowed')
  const { etag } = found
  if (headers['if-match'] && unquoted(headers['if-match']) !== unquoted(etag))
    throw new S3Failure(412, 'PreconditionFailed')
  if (headers['if-none-match'] && unquoted(headers['if-none-match']) === unquoted(etag)) {
    return { status: 304, headers: { etag } }
  }
  const wantsChecksum = headers['x-amz-checksum-mode'] === 'ENABLED'
  const common = {
    ...found.headers,
    etag,
    'last-modified': found.modifiedAt.toUTCString(),
    'accept-ranges': 'bytes',
    ...versionHeader(bucket, found.versionId),
    ...(found.lockedUntil && { 'x-amz-object-lock-retain-until-date': found.lockedUntil.toISOString() }),
    ...(query.get('response-content-disposition') && {
      'content-disposition': query.get('response-content-disposition') ?? '',
    }),
  }
  const range = headers.range && rangeOf(headers.range, found.bytes.length)
  if (range) {
    const bytes = found.bytes.subarray(range.start, range.end + 1)
    const contentRange = `bytes ${range.start}-${range.end}/${found.bytes.length}`
    const sizes = { 'content-range': contentRange, 'content-length': String(bytes.length) }
    return { status: 206, headers: { ...common, ...sizes }, body: withBody ? bytes : undefined }
  }
  const sizes = { 'content-length': String(found.bytes.length) }
  const sums = wantsChecksum ? found.checksums : {}
  return { status: 200, headers: { ...common, ...sums, ...sizes }, body: withBody ? found.bytes : undefined }
}

export function putRetention({ bucket, key, query, body }: Call): Answer {
  const found = findVersion(bucket, key, query.get('versionId'))
  const [until = ''] = xmlTexts(body.bytes.toString(), 'RetainUntilDate')
  const isShorter = found.lockedUntil !== undefined && new Date(until) < found.lockedUntil
  if (isShorter)
    throw new S3Failure(403, 'AccessDenied', 'Access Denied because object protected by object lock.')
  if (!bucket.hasObjectLock)
    throw new S3Failure(400, 'InvalidRequest', 'Bucket is missing Object Lock Configuration')
  found.lockedUntil = new Date(until)
  found.headers['x-amz-object-lock-mode'] = 'COMPLIANCE'
  return { status: 200, headers: {} }
}

export function deleteObject({ bucket, key, query }: Call): Answer {
  deleteKey(bucket, key, query.get('versionId'))
  return { status: 204, headers: {} }
}

export function deleteObjects({ bucket, headers, body }: Call): Answer {
  const isChecked = headers['content-md5'] !== undefined || Object.keys(body.checksums).length > 0
  if (!isChecked)
    throw new S3Failure(400, 'InvalidRequest', 'Missing required header for this request: Content-MD5')
  const keys = xmlParts(body.bytes.toString(), 'Object').map((part) => xmlTexts(part, 'Key')[0] ?? '')
  if (keys.length > 1000) throw new S3Failure(400, 'MalformedXML')
  for (const key of keys) deleteKey(bucket, key, null)
  return { status: 200, headers: {}, body: xmlDocument('DeleteResult', {}) }
}

export function listObjects({ bucket, query }: Call): Answer {
  const prefix = query.get('prefix') ?? ''
  const after = query.get('continuation-token') ?? query.get('start-after') ?? ''
  const limit = Math.min(Number(query.get('max-keys') ?? 1000), 1000)
  const keys = [...bucket.objects.keys()]
    .filter((key) => key.startsWith(prefix) && currentVersion(bucket, key) && byBytes(key, after) > 0)
    .sort(byBytes)
  const page = keys.slice(0, limit)
  const Contents = page.map((Key) => {
    const found = findVersion(bucket, Key, null)
    return {
      Key,
      LastModified: found.modifiedAt,
      ETag: found.etag,
      Size: found.bytes.length,
      StorageClass: 'STANDARD',
    }
  })
  const isTruncated = keys.length > page.length
  const tree = {
    Name: bucket.name,
    Prefix: prefix,
    KeyCount: page.length,
    MaxKeys: limit,
    IsTruncated: isTruncated,
    NextContinuationToken: isTruncated ? page.at(-1) : undefined,
    Contents,
  }
  return { status: 200, headers: {}, body: xmlDocument('ListBucketResult', tree) }
}

export function assertConditions(bucket: Bucket, key: string, headers: IncomingHttpHeaders): void {
  const current = currentVersion(bucket, key)
  if (headers['if-none-match'] === '*' && current) {
    throw new S3Failure(
      412,
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
    )
  }
  const wanted = headers['if-match']
  if (wanted === undefined) return
  if (!current) throw new S3Failure(404, 'NoSuchKey')
  if (unquoted(wanted) !== unquoted(current.etag)) throw new S3Failure(412, 'PreconditionFailed')
}

function lockOf(bucket: Bucket, headers: IncomingHttpHeaders, body: ReadBody): Date | undefined {
  const until = headers['x-amz-object-lock-retain-until-date']
  if (headers['x-amz-object-lock-mode'] === undefined && until === undefined) return undefined
  if (!bucket.hasObjectLock)
    throw new S3Failure(400, 'InvalidRequest', 'Bucket is missing Object Lock Configuration')
  const isChecked = headers['content-md5'] !== undefined || Object.keys(body.checksums).length > 0
  if (!isChecked)
    throw new S3Failure(400, 'InvalidRequest', 'Content-MD5 or x-amz-checksum- is required with Object Lock')
  const date = new Date(String(until))
  if (!(date.getTime() > Date.now()))
    throw new S3Failure(400, 'InvalidArgument', 'The retain until date must be in the future!')
  return date
}

/** The retention of a multipart object is asked for when it begins, where no checksum is needed. */
export function lockOfUpload(bucket: Bucket, headers: Record<string, string>): Date | undefined {
  return lockOf(
    bucket,
    { ...headers, 'content-md5': 'not needed' },
    { bytes: Buffer.alloc(0), checksums: {} },
  )
}

export function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {
    'content-type': String(headers['content-type'] ?? 'binary/octet-stream'),
  }
  for (const [name, value] of Object.entries(headers)) {
    if (/^x-amz-(meta-|server-side-encryption|object-lock)/.test(name)) kept[name] = String(value)
  }
  const sse = kept['x-amz-server-side-encryption']
  if (sse !== undefined && sse !== 'AES256' && sse !== 'aws:kms')
    throw new S3Failure(400, 'InvalidEncryptionAlgorithmError')
  return kept
}

/** MD5, except under KMS, where the ETag is not the MD5 of the data. */
export function etagFor(bytes: Buffer, headers: Record<string, string>): string {
  const isKms = headers['x-amz-server-side-encryption'] === 'aws:kms'
  return `"${isKms ? randomBytes(16).toString('hex') : createHash('md5').update(bytes).digest('hex')}"`
}

export function sseOf(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-server-side')))
}

export function versionHeader(bucket: Bucket, versionId: string): Record<string, string> {
  return bucket.hasObjectLock ? { 'x-amz-version-id': versionId } : {}
}

function rangeOf(header: string, sizeBytes: number): { start: number; end: number } | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header)
  if (!found) return undefined
  const [, from = '', to = ''] = found
  const start = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)
  if (start >= sizeBytes || start > end)
    throw new S3Failure(416, 'InvalidRange', 'The requested range is not satisfiable')
  return { start, end }
}

const unquoted = (etag: string) => etag.replace(/^"|"$/g, '')
