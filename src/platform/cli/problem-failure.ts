import { AppError, errorFromCode } from '../../kernel/errors.ts'
import { cliErrors } from './errors.ts'

/** The failure that an answer describes: one of our own when the code is known, otherwise made from the document. */
export async function failureOf(answer: Response): Promise<AppError> {
  const problem = (await answer.json().catch(() => undefined)) as Record<string, unknown> | undefined
  return failureFromProblem(answer.status, problem)
}

/** The same, from the status and the problem document when that is already read. */
export function failureFromProblem(status: number, problem: Record<string, unknown> | undefined): AppError {
  const { code, message, help, retryable, requestId } = problem ?? {}
  if (typeof code !== 'string' || typeof message !== 'string') {
    return cliErrors.unexpectedAnswer(`The server answered ${status} without saying why.`)
  }
  const row = { status, retry: retryable ? 'backoff' : 'never', help: String(help ?? '') } as const
  return (
    errorFromCode(code, message, { requestId }) ?? new AppError(code, row, message, { detail: { requestId } })
  )
}
