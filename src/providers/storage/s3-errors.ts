import { AppError } from '../../kernel/errors.ts'
import { storageErrors } from './errors.ts'

const missing = new Set(['NoSuchKey', 'NotFound', 'NoSuchVersion'])
const corrupt = new Set([
  'BadDigest',
  'InvalidDigest',
  'XAmzContentSHA256Mismatch',
  'XAmzContentChecksumMismatch',
])
const full = new Set(['QuotaExceeded', 'XMinioStorageFull', 'InsufficientStorage', 'EntityTooLarge'])

/** HTTP status and S3 code of an error of the SDK; zero and the error's name when it is none of S3's. */
export function s3Fault(error: unknown): { status: number; code: string } {
  if (typeof error !== 'object' || error === null) return { status: 0, code: '' }
  const fault = error as { name?: string; Code?: string; $metadata?: { httpStatusCode?: number } }
  return { status: fault.$metadata?.httpStatusCode ?? 0, code: fault.Code ?? fault.name ?? '' }
}

/** Turns any failure of the SDK into a `storage` row, its cause kept. The SDK has already retried by then. */
export function fromS3Error(cause: unknown, key: string): unknown {
  if (cause instanceof AppError) return cause
  if (cause instanceof Error && cause.name === 'AbortError') return cause
  const { status, code } = s3Fault(cause)
  // Neither S3 nor the network: a failure of the caller's own source, or of our code.
  if (status === 0 && !isNetworkFault(cause) && code !== 'CredentialsProviderError') return cause
  const options = { cause, detail: { key, status, code } }
  if (missing.has(code)) return storageErrors.missing(`"${key}" is not stored.`, options)
  if (corrupt.has(code))
    return storageErrors.corrupt('The store received other bytes than were sent.', options)
  if (full.has(code) || status === 507) return storageErrors.full('The bucket has no room left.', options)
  if (status === 416) return storageErrors.badRange('The range lies outside the file.', options)
  if (status === 412) return storageErrors.exists(`"${key}" is already stored.`, options)
  if (
    code === 'ObjectLocked' ||
    (code === 'AccessDenied' && /lock|retention|legal hold/i.test(String(cause)))
  ) {
    return storageErrors.locked(`"${key}" is under a retention lock.`, options)
  }
  if (status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 429) {
    return storageErrors.rejected(`The store answered ${status} ${code}.`, options)
  }
  if (code === 'CredentialsProviderError')
    return storageErrors.rejected('There are no credentials for the store.', options)
  return storageErrors.busy(
    status ? `The store answered ${status} ${code}.` : 'The store cannot be reached.',
    options,
  )
}

function isNetworkFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'TimeoutError' || /^(aborted|The body ended)/.test(error.message)) return true
  const isOfFile = 'path' in error
  return (
    'code' in error &&
    !isOfFile &&
    /^(E[A-Z]+|HPE_|ERR_(STREAM|HTTP|SSL|TLS)|NetworkingError)/.test(String(error.code))
  )
}
