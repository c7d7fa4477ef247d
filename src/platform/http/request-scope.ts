import { randomBytes } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Logger } from '../log/log.ts'
import { recordHttpRequest } from '../telemetry/metrics.ts'
import { continueTrace, withSpan } from '../telemetry/spans.ts'
import { callerAddress } from './caller-address.ts'
import type { HttpContext, HttpEnv } from './http-env.ts'
import type { IdempotencyStore } from './idempotency-store.ts'
import type { ShareReads } from './share-reads.ts'

export type RequestScopeDeps = {
  log: Logger
  idempotency: IdempotencyStore
  sharedReads: ShareReads
  trustProxy: boolean
  /** Whether requests become spans, as parts of their callers' traces. */
  isTraced: boolean
}

/**
 * Gives each request its id (the caller's `X-Request-Id` when it is harmless, else a new one), a log that carries it,
 * and one log line at its end.
 */
export function requestScope(deps: RequestScopeDeps): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const given = c.req.header('x-request-id')
    const requestId =
      given !== undefined && /^[\w.:-]{8,100}$/.test(given) ? given : `req_${randomBytes(12).toString('hex')}`
    const log = deps.log.child({ requestId })
    c.set('requestId', requestId)
    c.set('log', log)
    c.set('idempotency', deps.idempotency)
    c.set('sharedReads', deps.sharedReads)
    c.set('address', callerAddress(c, deps.trustProxy))
    c.header('x-request-id', requestId)

    const startedAt = performance.now()
    await (deps.isTraced ? traced(c, next) : next())
    const durationMs = performance.now() - startedAt
    recordHttpRequest({ method: c.req.method, route: patternOf(c), status: c.res.status, durationMs })
    const actor = c.get('actor') as HttpEnv['Variables']['actor'] | undefined
    log.info(
      {
        method: c.req.method,
        path: loggedPath(c.req.path),
        status: c.res.status,
        durationMs: Math.round(durationMs),
        actorId: actor?.id,
        workspaceId: actor?.workspaceId,
      },
      'request',
    )
  }
}

/** A span named by the route, such as `GET /api/v1/clips/{clipId}`, that continues the trace of `traceparent`. */
function traced(c: HttpContext, next: () => Promise<void>): Promise<void> {
  const { method } = c.req
  return continueTrace({ traceparent: c.req.header('traceparent') }, () =>
    withSpan(method, { 'http.request.method': method, 'request.id': c.var.requestId }, async (span) => {
      await next()
      const route = patternOf(c)
      span.updateName(`${method} ${route}`)
      span.setAttributes({ 'http.route': route, 'http.response.status_code': c.res.status })
    }),
  )
}

/** The route that answered, such as `/api/v1/clips/{clipId}`; `other` for files, and where there is nothing. */
function patternOf(c: HttpContext): string {
  const pattern = matchedRoutes(c).findLast(({ path }) => !path.includes('*'))?.path
  return pattern?.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}') ?? 'other'
}

// Only the path, since queries may carry secrets, and without the tokens that some paths are made of.
function loggedPath(path: string): string {
  return path.replace(/^(\/d|\/invitations|\/api\/v1\/invitations\/by-token)\/[^/]+/, '$1/…').slice(0, 500)
}
