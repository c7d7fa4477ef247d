import type { MiddlewareHandler } from 'hono'
import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { httpErrors } from './errors.ts'
import type { HttpContext, HttpEnv } from './http-env.ts'
import { isPublicRoute } from './public-routes.ts'
import { countRequest, type RateLimiter } from './rate-limit.ts'

/** Who sends this request; undefined when nobody is signed in. Throws when the proof is there but refused. */
export type Authenticate = (request: Request) => Promise<Actor | undefined>

// Chunks of a resumable upload: thousands per file, and bounded by quota instead.
const uncounted = /^(?:PATCH|HEAD) \/api\/v1\/uploads\//

/**
 * The gate of the API: finds the actor, counts the request against its limit (by address while nobody is signed in),
 * and refuses everything that is not public when there is no actor.
 */
export function requireActor(deps: {
  authenticate: Authenticate
  limiter: RateLimiter
}): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const isPublic = isPublicRoute(c.req.method, c.req.path)
    const found = await findActor(c, deps.authenticate)
    const actor = 'actor' in found ? found.actor : undefined
    if (!uncounted.test(`${c.req.method} ${c.req.path}`)) {
      countRequest(c, deps.limiter, actor ? `actor:${actor.id}` : `address:${c.var.address}`)
    }
    if (actor) c.set('actor', actor)
    else if (!isPublic)
      throw 'refused' in found ? found.refused : httpErrors.unauthenticated('Nobody is signed in.')
    await next()
  }
}

async function findActor(
  c: HttpContext,
  authenticate: Authenticate,
): Promise<{ actor: Actor | undefined } | { refused: AppError }> {
  try {
    return { actor: await authenticate(c.req.raw) }
  } catch (error) {
    // A refused proof still counts against the address, or guessing keys would be free.
    if (error instanceof AppError) return { refused: error }
    throw error
  }
}
