import { AppError, defineErrors } from '../../kernel/errors.ts'

export const storageErrors = defineErrors('storage', {
  missing: {
    status: 404,
    retry: 'never',
    help: 'The stored file is not there. It may have been deleted; upload it again.',
  },
  badKey: {
    status: 422,
    retry: 'never',
    help: 'The key of a stored file must be a plain relative path without "..", control characters or backslashes.',
  },
  badRange: { status: 416, retry: 'never', help: 'Ask for a range of bytes that lies inside the file.' },
  exists: {
    status: 412,
    retry: 'never',
    help: 'A file is already stored under this key and was left as it is.',
  },
  corrupt: {
    status: 422,
    retry: 'after-change',
    help: 'The bytes differ from the checksum given for them; nothing was kept. Send the file again.',
  },
  full: {
    status: 507,
    retry: 'after-change',
    help: 'The disk or bucket has no room left. Free some space or raise the limit, then try again.',
  },
  busy: {
    status: 503,
    retry: 'backoff',
    help: 'The storage is slow, overloaded or not reachable. The same request will work later.',
  },
  rejected: {
    status: 502,
    retry: 'after-change',
    help: 'The storage refused the request. Check the bucket, its region, the credentials and their rights.',
  },
  locked: {
    status: 423,
    retry: 'never',
    help: 'The stored file is under a retention lock and cannot be changed or deleted before it ends.',
  },
  unsupported: {
    status: 501,
    retry: 'never',
    help: 'This storage cannot do that. Retention locks, for example, need an S3 bucket with Object Lock.',
  },
  misconfigured: {
    status: 500,
    retry: 'after-change',
    help: 'OBJECTS_URL must look like s3://bucket/prefix?region=eu-central-1, or file:///absolute/folder.',
  },
})

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Whether an error of the file system says that there is no room left. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && fullCodes.has(String(error.code))
}

/** Turns a file system error into its row; anything unknown passes unchanged. */
export function fromFileError(cause: unknown, key: string): unknown {
  if (cause instanceof AppError || !(cause instanceof Error) || !('code' in cause)) return cause
  if (isDiskFull(cause)) return storageErrors.full('There is no room left on the disk.', { cause })
  if (cause.code === 'ENOENT')
    return storageErrors.missing(`"${key}" is not stored.`, { cause, detail: { key } })
  if (cause.code === 'EISDIR' || cause.code === 'ENOTDIR' || cause.code === 'ENAMETOOLONG') {
    return storageErrors.badKey(`"${key}" cannot be used as a key.`, { cause, detail: { key } })
  }
  return cause
}
