import { createHash, randomBytes } from 'node:crypto'
import { checksumOf } from './s3-body.ts'
import {
  assertConditions,
  etagFor,
  keptHeaders,
  lockOfUpload,
  sseOf,
  versionHeader,
  type Answer,
  type Call,
} from './s3-objects.ts'
import {
  byBytes,
  newOpaqueId,
  S3Failure,
  storeVersion,
  type Bucket,
  type Part,
  type Upload,
} from './s3-state.ts'
import { xmlDocument, xmlParts, xmlTexts } from './s3-xml.ts'

const minPartBytes = 5 * 1024 * 1024

export function createUpload({ bucket, key, headers }: Call): Answer {
  const kept = keptHeaders(headers)
  lockOfUpload(bucket, kept)
  const upload: Upload = {
    uploadId: newOpaqueId(),
    key,
    initiatedAt: new Date(),
    headers: kept,
    checksumAlgorithm: optional(headers['x-amz-checksum-algorithm']),
    checksumType: optional(headers['x-amz-checksum-type']),
    parts: new Map(),
  }
  if (upload.checksumType === 'FULL_OBJECT' && upload.checksumAlgorithm?.startsWith('SHA')) {
    throw new S3Failure(
      400,
      'InvalidRequest',
      'The FULL_OBJECT checksum type cannot be used with SHA algorithms.',
    )
  }
  bucket.uploads.set(upload.uploadId, upload)
  const tree = { Bucket: bucket.name, Key: key, UploadId: upload.uploadId }
  return { status: 200, headers: sseOf(kept), body: xmlDocument('InitiateMultipartUploadResult', tree) }
}

export function uploadPart(call: Call): Answer {
  const upload = uploadOf(call)
  const number = Number(call.query.get('partNumber'))
  if (!Number.isInteger(number) || number < 1 || number > 10_000) throw new S3Failure(400, 'InvalidArgument')
  const { bytes, checksums } = call.body
  const etag = etagFor(bytes, upload.headers)
  upload.parts.set(number, { bytes, etag, checksums, modifiedAt: new Date() })
  return { status: 200, headers: { etag, ...checksums, ...sseOf(upload.headers) } }
}

export function completeUpload(call: Call): Answer {
  const { bucket, key, headers } = call
  const upload = uploadOf(call)
  const listed = xmlParts(call.body.bytes.toString(), 'Part').map((part) => ({
    number: Number(xmlTexts(part, 'PartNumber')[0]),
    etag: (xmlTexts(part, 'ETag')[0] ?? '').replaceAll('"', ''),
    crc32: xmlTexts(part, 'ChecksumCRC32')[0],
  }))
  if (listed.length === 0) throw new S3Failure(400, 'MalformedXML')
  const parts = listed.map(({ number, etag, crc32 }, index): Part => {
    if (index > 0 && number <= (listed[index - 1]?.number ?? 0)) throw new S3Failure(400, 'InvalidPartOrder')
    const part = upload.parts.get(number)
    if (!part || part.etag.replaceAll('"', '') !== etag) throw new S3Failure(400, 'InvalidPart')
    if (crc32 && part.checksums['x-amz-checksum-crc32'] !== crc32) throw new S3Failure(400, 'InvalidPart')
    if (index < listed.length - 1 && part.bytes.length < minPartBytes) {
      throw new S3Failure(
        400,
        'EntityTooSmall',
        'Your proposed upload is smaller than the minimum allowed size',
      )
    }
    return part
  })
  assertConditions(bucket, key, headers)
  const bytes = Buffer.concat(parts.map((part) => part.bytes))
  const checksums = wholeChecksums(call, upload, bytes)
  const etag = multipartEtag(parts, upload)
  const lockedUntil = lockOfUpload(bucket, upload.headers)
  const version = { isDeleteMarker: false, bytes, etag, headers: upload.headers, checksums, lockedUntil }
  const stored = storeVersion(bucket, key, version)
  bucket.uploads.delete(upload.uploadId)
  const tree = { Location: `/${bucket.name}/${key}`, Bucket: bucket.name, Key: key, ETag: etag }
  return {
    status: 200,
    headers: { ...versionHeader(bucket, stored.versionId), ...sseOf(upload.headers) },
    body: xmlDocument('CompleteMultipartUploadResult', tree),
  }
}

export function abortUpload(call: Call): Answer {
  call.bucket.uploads.delete(uploadOf(call).uploadId)
  return { status: 204, headers: {} }
}

export function listParts(call: Call): Answer {
  const upload = uploadOf(call)
  const after = Number(call.query.get('part-number-marker') ?? 0)
  const limit = Math.min(Number(call.query.get('max-parts') ?? 1000), 1000)
  const left = [...upload.parts].filter(([number]) => number > after).sort(([a], [b]) => a - b)
  const page = left.slice(0, limit)
  const tree = {
    Bucket: call.bucket.name,
    Key: upload.key,
    UploadId: upload.uploadId,
    MaxParts: limit,
    PartNumberMarker: after,
    NextPartNumberMarker: page.at(-1)?.[0],
    IsTruncated: left.length > page.length,
    ChecksumAlgorithm: upload.checksumAlgorithm,
    ChecksumType: upload.checksumType,
    Part: page.map(([PartNumber, part]) => ({
      PartNumber,
      LastModified: part.modifiedAt,
      ETag: part.etag,
      Size: part.bytes.length,
      ChecksumCRC32: part.checksums['x-amz-checksum-crc32'],
    })),
  }
  return { status: 200, headers: {}, body: xmlDocument('ListPartsResult', tree) }
}

export function listUploads({ bucket, query }: Call): Answer {
  const prefix = query.get('prefix') ?? ''
  const keyMarker = query.get('key-marker') ?? ''
  const idMarker = query.get('upload-id-marker') ?? ''
  const limit = Math.min(Number(query.get('max-uploads') ?? 1000), 1000)
  const left = [...bucket.uploads.values()]
    .filter((upload) => upload.key.startsWith(prefix) && isAfter(upload, keyMarker, idMarker))
    .sort((a, b) => byBytes(a.key, b.key) || byBytes(a.uploadId, b.uploadId))
  const page = left.slice(0, limit)
  const tree = {
    Bucket: bucket.name,
    Prefix: prefix,
    NextKeyMarker: page.at(-1)?.key,
    NextUploadIdMarker: page.at(-1)?.uploadId,
    MaxUploads: limit,
    IsTruncated: left.length > page.length,
    Upload: page.map(({ key, uploadId, initiatedAt, checksumAlgorithm, checksumType }) => ({
      Key: key,
      UploadId: uploadId,
      Initiated: initiatedAt,
      ChecksumAlgorithm: checksumAlgorithm,
      ChecksumType: checksumType,
    })),
  }
  return { status: 200, headers: {}, body: xmlDocument('ListMultipartUploadsResult', tree) }
}

function isAfter(upload: Upload, keyMarker: string, idMarker: string): boolean {
  const order = byBytes(upload.key, keyMarker)
  return order > 0 || (order === 0 && idMarker !== '' && byBytes(upload.uploadId, idMarker) > 0)
}

function uploadOf({ bucket, key, query }: { bucket: Bucket; key: string; query: URLSearchParams }): Upload {
  const upload = bucket.uploads.get(query.get('uploadId') ?? '')
  if (upload?.key !== key)
    throw new S3Failure(404, 'NoSuchUpload', 'The specified multipart upload does not exist.')
  return upload
}

function wholeChecksums({ headers }: Call, upload: Upload, bytes: Buffer): Record<string, string> {
  if (upload.checksumType !== 'FULL_OBJECT' || !upload.checksumAlgorithm) return {}
  const name = `x-amz-checksum-${upload.checksumAlgorithm.toLowerCase()}`
  const actual = checksumOf(name, bytes)
  const claimed = headers[name]
  if (claimed !== undefined && claimed !== actual)
    throw new S3Failure(400, 'BadDigest', `The ${name} did not match.`)
  return { [name]: actual, 'x-amz-checksum-type': 'FULL_OBJECT' }
}

function multipartEtag(parts: Part[], upload: Upload): string {
  const isKms = upload.headers['x-amz-server-side-encryption'] === 'aws:kms'
  const md5s = Buffer.concat(parts.map((part) => createHash('md5').update(part.bytes).digest()))
  const digest = isKms ? randomBytes(16).toString('hex') : createHash('md5').update(md5s).digest('hex')
  return `"${digest}-${parts.length}"`
}

const optional = (value: string | string[] | undefined) => (value === undefined ? undefined : String(value))
