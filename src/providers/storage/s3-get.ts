import { Readable } from 'node:stream'
import type { GetObjectCommandOutput, S3 } from '@aws-sdk/client-s3'
import { storageErrors } from './errors.ts'
import type { ByteRange, GetResult } from './port.ts'
import { cutRange } from './ranges.ts'
import { fromS3Error } from './s3-errors.ts'
import type { S3Location } from './s3-location.ts'
import { bareEtag } from './s3-verify.ts'

/** A broken connection in the middle of a body is picked up where it broke this often. */
const maxResumes = 3

type Target = { client: S3; location: S3Location; key: string; fullKey: string }

/** Opens an object. The body survives broken connections, as long as the object stays the same. */
export async function getS3(
  target: Target,
  options: { range?: ByteRange; signal?: AbortSignal },
): Promise<GetResult> {
  const { range, signal } = options
  if (range && (range.start < 0 || range.start > range.endInclusive))
    throw storageErrors.badRange('The range is empty.')
  const opened = await request(
    target,
    range && `bytes=${range.start}-${range.endInclusive}`,
    undefined,
    signal,
  )
  const sizeBytes = totalBytes(opened)
  const cut = range && cutRange(range, sizeBytes)
  const last = cut?.endInclusive ?? sizeBytes - 1
  const body = Readable.from(resuming(target, opened, cut?.start ?? 0, last, signal), { objectMode: false })
  return {
    body,
    sizeBytes,
    etag: `"${bareEtag(opened.ETag)}"`,
    contentType: opened.ContentType ?? 'application/octet-stream',
    range: cut,
  }
}

async function* resuming(
  target: Target,
  opened: GetObjectCommandOutput,
  start: number,
  last: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  let current = opened
  let at = start
  for (let resumes = 0; ; resumes++) {
    try {
      for await (const chunk of current.Body as Readable) {
        at += (chunk as Buffer).length
        yield chunk as Buffer
      }
      if (at > last) return
      throw new Error(`The body ended at byte ${at} of ${last + 1}`)
    } catch (error) {
      const isWhole = at > last // every byte came and yet it failed: its checksum is wrong
      if (isWhole || resumes >= maxResumes || signal?.aborted)
        throw isWhole ? error : fromS3Error(error, target.key)
      current = await request(target, `bytes=${at}-${last}`, opened.ETag, signal)
    }
  }
}

async function request(
  target: Target,
  range: string | undefined,
  etag: string | undefined,
  signal?: AbortSignal,
) {
  const { client, location, key, fullKey } = target
  try {
    return await client.getObject(
      { Bucket: location.bucket, Key: fullKey, Range: range, IfMatch: etag },
      { abortSignal: signal },
    )
  } catch (error) {
    throw fromS3Error(error, key)
  }
}

function totalBytes(opened: GetObjectCommandOutput): number {
  const total = /\/(\d+)$/.exec(opened.ContentRange ?? '')?.[1]
  return total === undefined ? (opened.ContentLength ?? 0) : Number(total)
}
