import { CommanderError } from 'commander'
import { AppError } from '../../kernel/errors.ts'
import { cliErrors } from './errors.ts'

export type ExitCode = 0 | 1 | 2

/** How a failed command looks with `--json`. */
export type CliFailure = {
  error: { code: string; message: string; help: string; retryable: boolean; requestId?: string }
}

const badInputStatuses = new Set([400, 413, 414, 415, 416, 422])

/** Any thrown thing as a failure with a code. Usage mistakes become `cli.badUsage`. */
export function asFailure(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof CommanderError) {
    return cliErrors.badUsage(sentence(thrown.message.replace(/^error: /, '').replaceAll('\n', ' ')), {
      cause: thrown,
    })
  }
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return cliErrors.interrupted('The command was interrupted.', { cause: thrown })
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return cliErrors.internal(sentence(`Something unexpected happened: ${message}`), { cause: thrown })
}

/** 2 for bad usage or bad input, 1 for everything else. */
export function exitCodeOf(failure: AppError): ExitCode {
  return badInputStatuses.has(failure.row.status) ? 2 : 1
}

/** The JSON document of a failure. */
export function failureJson(failure: AppError): CliFailure {
  const requestId = failure.detail?.['requestId']
  return {
    error: {
      code: failure.code,
      message: failure.message,
      help: failure.row.help,
      retryable: failure.row.retry === 'backoff',
      ...(typeof requestId === 'string' ? { requestId } : {}),
    },
  }
}

/** The same for a person: what happened, what to do, how to name it when asking for help. */
export function failureText(failure: AppError): string {
  const { code, requestId } = failureJson(failure).error
  return `✗ ${failure.message}\n  ${failure.row.help}\n  ${code}${requestId ? ` · request ${requestId}` : ''}\n`
}

function sentence(text: string): string {
  const trimmed = text.trim()
  const upper = trimmed.charAt(0).toUpperCase() + trimmed.slice(1)
  return /[.!?)]$/.test(upper) ? upper : `${upper}.`
}
