import { ERRORS } from '@tus/server'
import { AppError } from '../../kernel/errors.ts'
import { isDiskFull, storageErrors } from '../../providers/storage/index.ts'
import { assetErrors, uploadErrors } from './errors.ts'

/** Turns what the tus server throws into a row. Its own failures are plain objects with a status and a body. */
export function fromTusFailure(failure: unknown): unknown {
  // The pipeline of the tus server reports the failure of the file below our own translation of it.
  if (isDiskFull(failure)) return storageErrors.full('There is no room left on the disk.', { cause: failure })
  if (failure instanceof AppError || !isTusFailure(failure)) return failure
  const text = failure.body.trim()
  const options = { cause: failure }
  switch (failure) {
    case ERRORS.FILE_NOT_FOUND:
      return uploadErrors.notFound('This upload does not exist.', options)
    case ERRORS.FILE_NO_LONGER_EXISTS:
      return uploadErrors.gone('The upload has expired.', options)
    case ERRORS.INVALID_OFFSET:
      return uploadErrors.wrongOffset('The offset is not where the upload stands.', options)
    case ERRORS.ABORTED:
      return uploadErrors.interrupted('The request ended before its bytes did.', options)
    case ERRORS.ERR_LOCK_TIMEOUT:
      return uploadErrors.locked('Another request holds this upload.', options)
    case ERRORS.ERR_MAX_SIZE_EXCEEDED:
      return assetErrors.tooLarge('The file is too large.', options)
    case ERRORS.ERR_SIZE_EXCEEDED:
      return assetErrors.tooLarge('More bytes were sent than announced.', options)
  }
  if (failure.status_code >= 500 && failure.status_code !== 501) {
    return new Error(`The upload server failed: ${text}`, { cause: failure })
  }
  return uploadErrors.badRequest(`This is not what tus 1.0 expects: ${text}.`, options)
}

/** A refusal that the tus server answers without throwing. */
export function fromTusStatus(status: number, text: string): AppError {
  if (status === 412)
    return uploadErrors.unsupportedVersion('The header Tus-Resumable is missing or another version.')
  if (status === 404) return uploadErrors.notFound('This upload does not exist.')
  return uploadErrors.badRequest(`This is not what tus 1.0 expects: ${text.trim()}.`)
}

function isTusFailure(failure: unknown): failure is { status_code: number; body: string } {
  return typeof failure === 'object' && failure !== null && 'status_code' in failure && 'body' in failure
}
