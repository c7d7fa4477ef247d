import { S3, type S3ClientConfig } from '@aws-sdk/client-s3'
import { storageErrors } from './errors.ts'

/** What an `OBJECTS_URL` of the form `s3://…` says. */
export type S3Location = {
  bucket: string
  /** Empty, or ending in a slash. */
  prefix: string
  region: string
  /** Set for a store that is not AWS; addressed with the bucket in the path. */
  endpoint?: string
  encryption?: { kind: 'AES256' } | { kind: 'aws:kms'; keyId?: string }
  /**
   * `full`: AWS's checksums over each part and the whole object. `md5`: Content-MD5 and ETag only, for stores
   * that do not know the former (Ceph before 18, for example).
   */
  checksums: 'full' | 'md5'
  /** Size of the parts of a multipart upload. At least 5 MiB, the rule of S3. */
  partBytes: number
}

const known = new Set(['endpoint', 'region', 'sse', 'kmsKey', 'checksums', 'partBytes'])
export const minPartBytes = 5 * 1024 * 1024

/**
 * Reads `s3://bucket/prefix?endpoint=http://…&region=…&sse=s3|kms&kmsKey=…&checksums=full|md5&partBytes=…`.
 * Fails with `storage.misconfigured` on anything unknown. Credentials are never part of it.
 */
export function parseS3Url(text: string, env: Record<string, string | undefined> = {}): S3Location {
  const url = URL.parse(text)
  if (!url || url.protocol !== 's3:' || url.hostname === '') throw wrong('It must be s3://bucket/prefix.')
  if (url.username || url.password)
    throw wrong('It must not hold credentials; use AWS_ACCESS_KEY_ID and the like.')
  const query = url.searchParams
  for (const name of query.keys()) if (!known.has(name)) throw wrong(`"${name}" is not known in it.`)
  const endpoint = query.get('endpoint') ?? env['AWS_ENDPOINT_URL_S3'] ?? undefined
  if (endpoint && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw wrong('Its endpoint is not an http(s) URL.')
  const checksums = query.get('checksums') ?? (endpoint ? 'md5' : 'full')
  if (checksums !== 'full' && checksums !== 'md5') throw wrong('checksums must be full or md5.')
  const partBytes = Number(query.get('partBytes') ?? 16 * 1024 * 1024)
  if (!Number.isInteger(partBytes) || partBytes < minPartBytes)
    throw wrong(`partBytes must be at least ${minPartBytes}.`)
  const prefix = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '')
  return {
    bucket: url.hostname,
    prefix: prefix === '' ? '' : `${prefix}/`,
    region: query.get('region') ?? env['AWS_REGION'] ?? 'us-east-1',
    endpoint,
    encryption: encryptionOf(query),
    checksums,
    partBytes,
  }
}

function encryptionOf(query: URLSearchParams): S3Location['encryption'] {
  const sse = query.get('sse')
  if (sse === null) return undefined
  if (sse === 's3') return { kind: 'AES256' }
  if (sse === 'kms') return { kind: 'aws:kms', keyId: query.get('kmsKey') ?? undefined }
  throw wrong('sse must be s3 or kms.')
}

function wrong(because: string) {
  return storageErrors.misconfigured(`OBJECTS_URL cannot be used. ${because}`)
}

/**
 * The client's settings. Credentials come from AWS's own chain (environment, profile, role) unless given.
 * Sockets without a sign of life are dropped, so that a hung store becomes a retry.
 */
export function s3ClientConfig(
  location: S3Location,
  credentials?: S3ClientConfig['credentials'],
): S3ClientConfig {
  const checksumRule = location.checksums === 'full' ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED'
  return {
    region: location.region,
    ...(location.endpoint && { endpoint: location.endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
    requestChecksumCalculation: checksumRule,
    responseChecksumValidation: checksumRule,
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
  }
}

/** One client for everything. Encryption is added to whatever begins an object, so that nobody can forget it. */
export function s3Client(location: S3Location, credentials?: S3ClientConfig['credentials']): S3 {
  const client = new S3(s3ClientConfig(location, credentials))
  const { encryption } = location
  if (!encryption) return client
  const begins = new Set(['PutObjectCommand', 'CreateMultipartUploadCommand', 'CopyObjectCommand'])
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (!begins.has(String(context['commandName']))) return next(args)
      const added = {
        ServerSideEncryption: encryption.kind,
        ...(encryption.kind === 'aws:kms' && { SSEKMSKeyId: encryption.keyId }),
      }
      return next({ ...args, input: Object.assign({}, args.input, added) })
    },
    { step: 'initialize', name: 'encryptionAtRest' },
  )
  return client
}
