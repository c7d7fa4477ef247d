import { Hono } from 'hono'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { httpErrors } from '../../platform/http/errors.ts'
import type { Authenticate } from '../../platform/http/require-actor.ts'
import { checkReadiness, type Probe } from './health.ts'

export type OperationRouteDeps = {
  version: string
  /** Ready means: the database answers, the engine answers, a worker consumes. */
  probes: { database: Probe; engine: Probe; worker: Probe }
  prometheusText: () => Promise<string>
  authenticate: Authenticate
}

/**
 * `/healthz`, `/readyz` and `/metrics`, mounted at the root. The first two are open and tell nothing private.
 * Metrics are for callers on this machine and for whoever is signed in.
 */
export function operationRoutes(deps: OperationRouteDeps): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .get('/healthz', (c) => c.json({ product: 'creatorops', isAlive: true, version: deps.version }))
    .get('/readyz', async (c) => {
      const { isReady, parts } = await checkReadiness(deps.probes)
      for (const [part, { because }] of Object.entries(parts)) {
        if (because) c.var.log.warn({ part, because }, 'not ready')
      }
      // Reasons can name hosts and users; they are in the log, the answer only says which part.
      const states = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.isReady]))
      return c.json({ isReady, parts: states }, isReady ? 200 : 503, { 'cache-control': 'no-store' })
    })
    .get('/metrics', async (c) => {
      if (!isLocal(c.var.address, c.req.header('x-forwarded-for') ?? c.req.header('forwarded'))) {
        const actor = await deps.authenticate(c.req.raw)
        if (!actor) throw httpErrors.unauthenticated('Metrics need an API key, except from this machine.')
      }
      const text = await deps.prometheusText()
      return c.body(text, 200, {
        'content-type': 'text/plain; version=0.0.4; charset=utf-8',
        'cache-control': 'no-store',
      })
    })
}

// A request that a proxy on this machine passed on comes from there too, so a forwarded one is never local.
function isLocal(address: string, forwarded: string | undefined): boolean {
  return (
    forwarded === undefined && (address.startsWith('127.') || address === '0:0:0:1::/64' || address === '::1')
  )
}
