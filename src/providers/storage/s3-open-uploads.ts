import type { CreateMultipartUploadRequest, MultipartUpload, S3 } from '@aws-sdk/client-s3'
import type { S3Location } from './s3-location.ts'

export type OpenUpload = { uploadId: string; isResumed: boolean }
type Target = { client: S3; location: S3Location; fullKey: string }

/** Continues the newest interrupted upload of this key, or begins one. */
export async function openUpload(
  target: Target,
  object: CreateMultipartUploadRequest,
  canResume: boolean,
): Promise<OpenUpload> {
  const { client, location, fullKey } = target
  if (canResume) {
    const [newest] = (await openUploads(client, location.bucket, fullKey))
      .filter((upload) => upload.Key === fullKey)
      .sort((a, b) => (b.Initiated?.getTime() ?? 0) - (a.Initiated?.getTime() ?? 0))
    const isSameKind = location.checksums === 'md5' || newest?.ChecksumAlgorithm === 'CRC32'
    if (newest?.UploadId && isSameKind) return { uploadId: newest.UploadId, isResumed: true }
  }
  const begun = await client.createMultipartUpload({
    ...object,
    ...(location.checksums === 'full' && { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' }),
  })
  if (!begun.UploadId) throw new TypeError('The store began a multipart upload without naming it')
  return { uploadId: begun.UploadId, isResumed: false }
}

/** Every multipart upload under a prefix that was neither completed nor aborted. */
export async function openUploads(client: S3, bucket: string, prefix: string): Promise<MultipartUpload[]> {
  const found: MultipartUpload[] = []
  let marker: { KeyMarker?: string; UploadIdMarker?: string } = {}
  for (;;) {
    const page = await client.listMultipartUploads({ Bucket: bucket, Prefix: prefix, ...marker })
    found.push(...(page.Uploads ?? []))
    if (!page.IsTruncated) return found
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
  }
}

export type UploadedPart = { sizeBytes: number; etag: string; crc32?: string }

/** The parts that an interrupted upload already holds, by number. */
export async function uploadedParts(target: Target, upload: OpenUpload): Promise<Map<number, UploadedPart>> {
  const parts = new Map<number, UploadedPart>()
  let marker: string | undefined
  for (;;) {
    const page = await target.client.listParts({
      Bucket: target.location.bucket,
      Key: target.fullKey,
      UploadId: upload.uploadId,
      PartNumberMarker: marker,
    })
    for (const part of page.Parts ?? []) {
      if (part.PartNumber === undefined) continue
      const etag = (part.ETag ?? '').replace(/^"|"$/g, '')
      parts.set(part.PartNumber, { sizeBytes: part.Size ?? -1, etag, crc32: part.ChecksumCRC32 })
    }
    if (!page.IsTruncated) return parts
    marker = page.NextPartNumberMarker
  }
}
