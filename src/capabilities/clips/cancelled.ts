import { durableErrors, type RunError } from '../../platform/durable/index.ts'

/** What stands on work that somebody did not want any more. */
export const cancelled: RunError = {
  code: 'durable.cancelled',
  message: 'It was cancelled.',
  help: durableErrors.rows.cancelled.help,
  retryable: false,
}
