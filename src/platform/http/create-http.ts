import { OpenAPIHono } from '@hono/zod-openapi'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { Db } from '../db/client.ts'
import type { Logger } from '../log/log.ts'
import { limitBody } from './body-limit.ts'
import { httpErrors } from './errors.ts'
import type { HttpEnv } from './http-env.ts'
import { createIdempotencyStore } from './idempotency-store.ts'
import { corsForConfigured, refuseCrossSite } from './origins.ts'
import { answerError, answerProblem } from './problem.ts'
import { createRateLimiter, limitByAddress } from './rate-limit.ts'
import { requestScope } from './request-scope.ts'
import { type Authenticate, requireActor } from './require-actor.ts'
import { createSharedReads } from './share-reads.ts'
import { securityHeaders } from './security-headers.ts'
import { refuseInvalid } from './validation.ts'

export type HttpConfig = {
  /** Where people reach this installation; decides cookies, HSTS and which origin is ours. */
  publicUrl: string
  corsOrigins: readonly string[]
  rateLimitPerMinute: number
  /** Whether a proxy of ours writes X-Forwarded-For. Default false: the header is ignored. */
  trustProxy?: boolean
  /** Where traces go; without it none are made. */
  otlpEndpoint?: string
}

export type HttpDeps = {
  log: Logger
  config: HttpConfig
  /** Keeps the answers for Idempotency-Key. */
  db: Db
  authenticate: Authenticate
  now?: () => Date
  /** Goes up with every write; only where this process is the only one that writes. Then reads are kept for a moment. */
  writes?: () => number
}

/**
 * The HTTP application without routes: request ids and log, security headers, CORS, limits, the gate before /api/v1,
 * and problem+json for every failure. Capabilities' routes are mounted with `app.route('/api/v1', …)`.
 */
export function createHttp(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const { config } = deps
  const now = deps.now ?? (() => new Date())
  const limiter = createRateLimiter({ perMinute: config.rateLimitPerMinute, nowMs: () => now().getTime() })
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })

  app.onError((error, c) => answerError(error, c))
  app.notFound((c) =>
    answerProblem(httpErrors.notFound(`There is nothing at ${c.req.path.slice(0, 200)}.`), c),
  )
  app.use(
    requestScope({
      log: deps.log,
      idempotency: createIdempotencyStore(deps.db, now),
      sharedReads: createSharedReads(deps.writes ? { writes: deps.writes } : {}),
      trustProxy: config.trustProxy ?? false,
      isTraced: config.otlpEndpoint !== undefined,
    }),
    securityHeaders({ isHttps: config.publicUrl.startsWith('https:') }),
    endUnreadBody,
  )
  app.use('/api/*', corsForConfigured(config), limitBody())
  app.use('/api/auth/*', limitByAddress(limiter))
  app.use(
    '/api/v1/*',
    refuseCrossSite(config),
    requireActor({ authenticate: deps.authenticate, limiter }),
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        c.header('allow', methods.join(', '))
        return answerProblem(httpErrors.methodNotAllowed(`${c.req.method} is not possible here.`), c)
      },
    }),
    noStore,
  )
  return app
}

/** A HEAD is answered by its GET, whose body nobody reads: an open file or a followed stream must end there. */
const endUnreadBody: Parameters<OpenAPIHono<HttpEnv>['use']>[1] = async (c, next) => {
  await next()
  if (c.req.method === 'HEAD') await c.res.body?.cancel()
}

/** Answers of the API are personal: no cache may keep them unless a route says otherwise. */
const noStore: Parameters<OpenAPIHono<HttpEnv>['use']>[1] = async (c, next) => {
  await next()
  if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
}
