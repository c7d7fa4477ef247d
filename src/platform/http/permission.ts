import type { MiddlewareHandler } from 'hono'
import { assertMay } from '../../kernel/actor.ts'
import { httpErrors } from './errors.ts'
import type { HttpEnv } from './http-env.ts'

/** Refuses a request whose actor lacks the permission. The use case behind it checks again. */
export function requirePermission(permission: string): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const actor = c.get('actor')
    if (actor === undefined) throw httpErrors.unauthenticated('Nobody is signed in.')
    assertMay(actor, permission)
    await next()
  }
}
