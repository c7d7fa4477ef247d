import { CancelledError, TerminalError } from '@restatedev/restate-sdk'

import { AppError, errorFromCode } from '../../kernel/errors.ts'
import { durableErrors } from './errors.ts'
import { cancelledError, type RunError } from './run.ts'

/**
 * Decides, from the failure's row alone, whether the engine tries again. `never` and `after-change` end the step at
 * once, with the code kept; everything else is retried (undefined).
 */
export function asTerminalError(error: unknown): TerminalError | undefined {
  if (error instanceof TerminalError) return error
  if (!(error instanceof AppError) || error.row.retry === 'backoff') return undefined
  return lastFailure(error)
}

/** Ends the step, whatever the row says of trying again: its tries are used up. */
export function lastFailure(error: AppError): TerminalError {
  return new TerminalError(error.message, { errorCode: error.row.status, metadata: { code: error.code } })
}

/**
 * A failure that is worth another try, as the engine should keep it. When the tries are used up, the engine makes
 * the failure final and keeps nothing but the message, so the code travels inside it.
 */
export function retryableError(error: unknown): Error {
  if (!(error instanceof AppError)) return error instanceof Error ? error : new Error(String(error))
  return new Error(`${error.code}: ${error.message}`, { cause: error })
}

/** What a run shows about the failure that ended it. */
export function failureFrom(error: unknown): RunError {
  if (error instanceof AppError) return fromApp(error)
  if (isCancelled(error)) return cancelledError
  if (error instanceof TerminalError) {
    const code = error.metadata?.['code']
    const [, travelled, message] = /^([a-z]\w*\.\w+): (.*)$/su.exec(error.message) ?? []
    const known =
      (code && errorFromCode(code, error.message)) || (travelled && errorFromCode(travelled, message ?? ''))
    if (known) return fromApp(known)
  }
  // The real message may hold paths or queries: it goes to the log, not to the screen.
  return fromApp(durableErrors.stepFailed('A step of this run failed unexpectedly.'))
}

/** The engine answers a waiting caller of a cancelled call with code 409 and this message, without its class. */
export function isCancelled(error: unknown): boolean {
  if (error instanceof CancelledError) return true
  return (
    error instanceof TerminalError &&
    error.code === 409 &&
    error.metadata?.['code'] === undefined &&
    /^cancell?ed$/iu.test(error.message)
  )
}

function fromApp(error: AppError): RunError {
  return {
    code: error.code,
    message: error.message,
    help: error.row.help,
    retryable: error.row.retry === 'backoff',
  }
}
