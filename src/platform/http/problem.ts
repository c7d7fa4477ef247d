import { z } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { AppError } from '../../kernel/errors.ts'
import { httpErrors } from './errors.ts'
import type { HttpContext } from './http-env.ts'

/** How every refusal looks on the wire (RFC 9457), with our stable `code`. Facts of a case come as further members. */
export const problemSchema = z
  .object({
    type: z.string().openapi({ example: 'urn:creatorops:error:http.invalid' }),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ example: 'http.invalid', description: 'Stable; listed in docs/errors.md.' }),
    message: z.string().openapi({ description: 'One sentence about this very case.' }),
    help: z.string().openapi({ description: 'What it means and what to do.' }),
    retryable: z.boolean().openapi({ description: 'The same request may succeed later, unchanged.' }),
    requestId: z.string(),
    fields: z
      .array(z.object({ in: z.string(), path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'Which parts of the request were refused.' }),
  })
  .catchall(z.unknown())
  .openapi('Problem')

export type Problem = z.infer<typeof problemSchema>

/** The problem document of a failure. Facts in `detail` become members and never replace the standard ones. */
export function problemOf(error: AppError, requestId: string): Problem {
  return {
    ...error.detail,
    type: `urn:creatorops:error:${error.code}`,
    title: error.code,
    status: error.row.status,
    code: error.code,
    message: error.message,
    help: error.row.help,
    retryable: error.row.retry === 'backoff',
    requestId,
  }
}

/**
 * The one place where a thrown thing becomes an answer. Failures of a table keep their row; everything else is an
 * anonymous 500 whose cause is only in the log.
 */
export function answerError(thrown: unknown, c: HttpContext): Response {
  const error = asAppError(thrown)
  if (error.row.status >= 500) c.var.log.error({ err: thrown, code: error.code }, 'request failed')
  else c.var.log.debug({ err: thrown, code: error.code }, 'request refused')
  return answerProblem(error, c)
}

/** Sends a failure as problem+json, with `Retry-After` when the failure says how long (`detail.retryAfterS`). */
export function answerProblem(error: AppError, c: HttpContext): Response {
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  }
  const retryAfterS = error.detail?.['retryAfterS']
  if (typeof retryAfterS === 'number') headers['retry-after'] = String(Math.ceil(retryAfterS))
  if (error.row.status === 401) headers['www-authenticate'] = 'Bearer realm="creatorops"'
  return c.body(
    JSON.stringify(problemOf(error, c.var.requestId)),
    error.row.status as ContentfulStatusCode,
    headers,
  )
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof HTTPException) return fromHttpException(thrown)
  if (isUnstorableText(thrown)) {
    return httpErrors.invalid('A text contains a character that cannot be stored (U+0000).', {
      cause: thrown,
    })
  }
  return httpErrors.internal('The request could not be completed.', { cause: thrown })
}

function fromHttpException(error: HTTPException): AppError {
  if (error.status === 415) return httpErrors.unsupportedMediaType('The body is not JSON.', { cause: error })
  if (error.status === 413) return httpErrors.tooLarge('The body is too large.', { cause: error })
  if (error.status === 404) return httpErrors.notFound('There is nothing at this address.', { cause: error })
  if (error.status < 500) return httpErrors.malformed('The request body could not be read.', { cause: error })
  return httpErrors.internal('The request could not be completed.', { cause: error })
}

// PostgreSQL text cannot hold U+0000; JSON can. 22021 for text columns, 22P05 for jsonb.
function isUnstorableText(thrown: unknown): boolean {
  for (let at = thrown; at instanceof Error; at = at.cause) {
    if ('code' in at && (at.code === '22021' || at.code === '22P05')) return true
  }
  return false
}
