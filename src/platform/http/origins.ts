import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { httpErrors } from './errors.ts'
import type { HttpEnv } from './http-env.ts'

export type OriginConfig = { publicUrl: string; corsOrigins: readonly string[] }

/** Lets pages of the configured origins, and no others, call the API from a browser. */
export function corsForConfigured(config: OriginConfig): MiddlewareHandler<HttpEnv> {
  const answer = cors({
    origin: (origin) => (isConfigured(origin, config) ? origin : null),
    credentials: true,
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposeHeaders: [
      'ETag',
      'Location',
      'Retry-After',
      'X-Request-Id',
      'X-RateLimit-Limit',
      'X-RateLimit-Remaining',
      'X-RateLimit-Reset',
      'Idempotency-Replayed',
      'Upload-Offset',
      'Upload-Length',
      'Upload-Expires',
      'Tus-Resumable',
      'Tus-Version',
      'Tus-Extension',
      'Tus-Max-Size',
      'X-Asset-Id',
      'X-Asset-Duplicate',
    ],
    maxAge: 600,
  })
  return async (c, next) => {
    // A plain OPTIONS is a question to the route itself (tus discovery), not a browser's preflight.
    if (c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') === undefined)
      return next()
    if (c.req.header('origin') !== undefined) return answer(c, next)
    // Without an origin there is nothing to allow. Hono's answer would rebuild the response around a stream, which
    // costs more than the rest of a small read.
    await next()
    c.res.headers.append('vary', 'Origin')
  }
}

function isConfigured(origin: string, config: OriginConfig): boolean {
  return config.corsOrigins.some((configured) => new URL(configured).origin === origin)
}

/** Whether a browser page of this origin may act with a signed-in person's cookie. */
export function isOwnOrigin(origin: string, request: Request, config: OriginConfig): boolean {
  if (isConfigured(origin, config)) return true
  if (origin === new URL(config.publicUrl).origin) return true
  // The same server by another of its names, such as 127.0.0.1 for localhost: the browser itself says both match.
  const host = request.headers.get('host') ?? new URL(request.url).host
  return URL.canParse(origin) && new URL(origin).host === host
}

/**
 * Refuses changes that a foreign page makes with a person's cookie. API keys are exempt: browsers never add them by
 * themselves. The second lock behind SameSite=Lax.
 */
export function refuseCrossSite(config: OriginConfig): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const isChange = !['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)
    if (isChange && c.req.header('cookie') !== undefined && c.req.header('authorization') === undefined) {
      const origin = c.req.header('origin')
      const isForeign =
        origin === undefined
          ? c.req.header('sec-fetch-site') === 'cross-site'
          : !isOwnOrigin(origin, c.req.raw, config)
      if (isForeign) throw httpErrors.crossSite('This page may not change anything here.')
    }
    await next()
  }
}
