import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { httpErrors } from './errors.ts'
import type { HttpEnv } from './http-env.ts'

/** Largest JSON body of the API, in bytes. Files go through uploads, which have their own limit. */
export const largestBodyBytes = 1024 * 1024

/** Refuses larger bodies before a route reads them; uploads are exempt. */
export function limitBody(): MiddlewareHandler<HttpEnv> {
  const limit = bodyLimit({
    maxSize: largestBodyBytes,
    onError: () => {
      throw httpErrors.tooLarge(`The body is larger than ${largestBodyBytes} bytes.`, {
        detail: { limitBytes: largestBodyBytes },
      })
    },
  })
  return async (c, next) => {
    // Asking a read for its body builds the whole request anew, and no route looks at such a body.
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
    return isRead || /^\/api\/v1\/uploads(?:\/|$)/.test(c.req.path) ? next() : limit(c, next)
  }
}
