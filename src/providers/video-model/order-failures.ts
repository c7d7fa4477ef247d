import { AppError } from '../../kernel/errors.ts'
import { videoModelErrors } from './errors.ts'

export type HttpVideoOptions = {
  url: string
  apiKey: string
  timeoutMs?: number
  retryMs?: readonly number[]
  /** Inner addresses that footage may be fetched from; for tests. */
  allow?: readonly string[]
}

/**
 * What is left of a failure while ordering: a clear no stays, and a request to wait, which began nothing. Everything
 * else may have begun something that is billed.
 */
export function unknownUnlessRefused(cause: unknown): never {
  if (!(cause instanceof AppError)) throw cause
  if (['videoModel.refused', 'videoModel.notAllowed', 'videoModel.rateLimited'].includes(cause.code))
    throw cause
  throw videoModelErrors.unknownOutcome(
    'The connection to the vendor broke while the footage was being ordered.',
    { cause },
  )
}

/** A vendor that says no to a question about an order does not know it. */
export function gone(cause: unknown): never {
  if (cause instanceof AppError && cause.code === 'videoModel.refused')
    throw videoModelErrors.expired('The vendor does not know this order any more.', { cause })
  throw cause
}

/** To be stopped, an order that is gone is stopped. */
export function ignoreGone(cause: unknown): undefined {
  if (cause instanceof AppError && cause.code === 'videoModel.refused') return undefined
  throw cause
}
