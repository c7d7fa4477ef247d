import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { CompletedPart } from '@aws-sdk/client-s3'
import { storageErrors } from './errors.ts'
import type { PutOptions, StoredObject } from './port.ts'
import { s3Fault } from './s3-errors.ts'
import { openUpload, uploadedParts, type OpenUpload } from './s3-open-uploads.ts'
import { partBytesFor, partsOf, wholeChecksums } from './s3-parts.ts'
import { exists, holdsOurs, verified, type S3Target, type Whole } from './s3-verify.ts'

/** Parts in flight at once: with the part being read, at most five parts are held in memory. */
const parallelParts = 4

/** Stores one object, in one request if it fits in one part, otherwise in several at a time. */
export async function putS3(
  target: S3Target,
  source: string | Buffer | Readable,
  options: PutOptions,
): Promise<StoredObject> {
  const sourceBytes = typeof source === 'string' ? (await stat(source)).size : undefined
  const partBytes = partBytesFor(sourceBytes ?? 0, target.location.partBytes)
  const parts = partsOf(source, partBytes)
  try {
    const first = await parts.next()
    const firstPart = first.done ? Buffer.alloc(0) : first.value
    if (firstPart.length < partBytes) return await putWhole(target, firstPart, options)
    return await putParts(target, firstPart, parts, options, typeof source === 'string')
  } finally {
    await parts.return(undefined)
  }
}

async function putWhole(target: S3Target, body: Buffer, options: PutOptions): Promise<StoredObject> {
  const { client, location } = target
  const sums = wholeChecksums()
  const { md5, crc32Base64 } = sums.add(body)
  const whole = sums.finish()
  assertAnnounced(whole, options)
  let etag: string | undefined
  try {
    const answer = await client.putObject(
      {
        ...newObject(target, options, whole.sha256),
        Body: body,
        ContentLength: body.length,
        ...(location.checksums === 'full'
          ? { ChecksumCRC32: crc32Base64 }
          : { ContentMD5: md5.toString('base64') }),
        ...(options.ifAbsent && { IfNoneMatch: '*' }),
      },
      { abortSignal: options.signal },
    )
    etag = answer.ETag
  } catch (error) {
    // The answer to our own successful request may be lost; the repetition then finds the key taken.
    const isOurs = s3Fault(error).status === 412 && (await holdsOurs(target, whole))
    if (!isOurs) throw error
  }
  options.onProgress?.(body.length)
  return verified(target, whole, md5.toString('hex'), { etag, contentType: contentTypeOf(options) })
}

async function putParts(
  target: S3Target,
  first: Buffer,
  rest: AsyncGenerator<Buffer>,
  options: PutOptions,
  canResume: boolean,
): Promise<StoredObject> {
  if (options.ifAbsent && (await exists(target))) {
    throw storageErrors.exists(`"${target.key}" is already stored.`, { detail: { key: target.key } })
  }
  const upload = await openUpload(target, newObject(target, options, options.sha256), canResume)
  try {
    const { completed, whole } = await sendParts(target, upload, first, rest, options)
    assertAnnounced(whole, options)
    const etag = await complete(target, upload, completed, whole, options)
    return await verified(target, whole, whole.multipartMd5, { etag, contentType: contentTypeOf(options) })
  } catch (error) {
    // What a later attempt can continue from is kept; `abortStaleUploads` collects it if none comes.
    const isFinal = !canResume || options.signal?.aborted || s3Fault(error).status === 412 || isCorrupt(error)
    if (isFinal) await abort(target, upload)
    throw error
  }
}

async function sendParts(
  target: S3Target,
  upload: OpenUpload,
  first: Buffer,
  rest: AsyncGenerator<Buffer>,
  options: PutOptions,
): Promise<{ completed: CompletedPart[]; whole: Whole }> {
  const present = upload.isResumed ? await uploadedParts(target, upload) : new Map()
  const sums = wholeChecksums()
  const completed: CompletedPart[] = []
  const inFlight = new Set<Promise<void>>()
  let sentBytes = 0
  let failure: { error: unknown } | undefined

  const send = async (part: Buffer, partNumber: number): Promise<void> => {
    const { md5, crc32Base64 } = sums.add(part)
    const known = present.get(partNumber)
    const isThere =
      known?.sizeBytes === part.length && (known.etag === md5.toString('hex') || known.crc32 === crc32Base64)
    const checksum =
      target.location.checksums === 'full'
        ? { ChecksumCRC32: crc32Base64 }
        : { ContentMD5: md5.toString('base64') }
    const etag = isThere
      ? known.etag
      : (
          await target.client.uploadPart(
            {
              Bucket: target.location.bucket,
              Key: target.fullKey,
              UploadId: upload.uploadId,
              PartNumber: partNumber,
              Body: part,
              ContentLength: part.length,
              ...checksum,
            },
            { abortSignal: options.signal },
          )
        ).ETag
    completed[partNumber - 1] = {
      PartNumber: partNumber,
      ETag: etag,
      ...(target.location.checksums === 'full' && { ChecksumCRC32: crc32Base64 }),
    }
    sentBytes += part.length
    options.onProgress?.(sentBytes)
  }

  const start = async (part: Buffer, partNumber: number): Promise<void> => {
    if (inFlight.size >= parallelParts) await Promise.race(inFlight)
    if (failure) throw failure.error
    const sending: Promise<void> = send(part, partNumber)
      // What else is in flight may end: a later attempt then has less to send.
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => inFlight.delete(sending))
    inFlight.add(sending)
  }

  try {
    await start(first, 1)
    let partNumber = 1
    for await (const part of rest) await start(part, ++partNumber)
  } catch (error) {
    failure ??= { error }
  }
  await Promise.all(inFlight)
  if (failure) throw failure.error
  return { completed, whole: sums.finish() }
}

async function complete(
  target: S3Target,
  upload: OpenUpload,
  completed: CompletedPart[],
  whole: Whole,
  options: PutOptions,
): Promise<string | undefined> {
  try {
    const answer = await target.client.completeMultipartUpload(
      {
        Bucket: target.location.bucket,
        Key: target.fullKey,
        UploadId: upload.uploadId,
        MultipartUpload: { Parts: completed },
        ...(target.location.checksums === 'full' && {
          ChecksumCRC32: whole.crc32Base64,
          ChecksumType: 'FULL_OBJECT' as const,
        }),
        ...(options.ifAbsent && { IfNoneMatch: '*' }),
      },
      { abortSignal: options.signal },
    )
    return answer.ETag
  } catch (error) {
    // Completing is not idempotent: after a lost answer the upload is gone and the object is there.
    const { code, status } = s3Fault(error)
    const isMaybeDone = code === 'NoSuchUpload' || status === 412
    if (!isMaybeDone || !(await holdsOurs(target, whole))) throw error
    return undefined
  }
}

async function abort({ client, location, fullKey }: S3Target, { uploadId }: OpenUpload): Promise<void> {
  try {
    await client.abortMultipartUpload({ Bucket: location.bucket, Key: fullKey, UploadId: uploadId })
  } catch (error) {
    // The first failure is the one to report; a left-over upload is collected by abortStaleUploads.
    if (s3Fault(error).status === 0) return
  }
}

function newObject({ location, fullKey }: S3Target, options: PutOptions, sha256: string | undefined) {
  return {
    Bucket: location.bucket,
    Key: fullKey,
    ContentType: contentTypeOf(options),
    ...(sha256 && { Metadata: { sha256 } }),
    ...(options.lockUntil && {
      ObjectLockMode: 'COMPLIANCE' as const,
      ObjectLockRetainUntilDate: options.lockUntil,
    }),
  }
}

function contentTypeOf(options: PutOptions): string {
  return options.contentType ?? 'application/octet-stream'
}

function assertAnnounced(whole: Whole, options: PutOptions): void {
  if (!options.sha256 || options.sha256 === whole.sha256) return
  throw storageErrors.corrupt('The bytes do not have the SHA-256 that was announced.', {
    detail: { expected: options.sha256, actual: whole.sha256 },
  })
}

function isCorrupt(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'storage.corrupt'
}
