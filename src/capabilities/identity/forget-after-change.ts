import type { MiddlewareHandler } from 'hono'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import type { ActorCache } from './actor-cache.ts'

/** Makes a change of people, roles, sessions or keys count from the next request on. */
export function forgetAfterChange(actors: ActorCache): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    await next()
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') actors.clear()
  }
}
