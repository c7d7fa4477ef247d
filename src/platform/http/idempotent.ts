import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { MiddlewareHandler } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import { httpErrors } from './errors.ts'
import type { HttpContext, HttpEnv } from './http-env.ts'
import type { Claim, IdempotencyScope, StoredAnswer } from './idempotency-store.ts'

const pollMs = 50
/** How long a duplicate waits for the first request before it is told to come back. */
const patienceMs = 10_000
/** A request that has no answer after this long has lost its process. */
const lostAfterMs = 120_000
const keptHeaders = ['content-type', 'location', 'etag']

export type IdempotentOptions = {
  /** Members of the JSON answer that are never stored, such as a secret shown once; a repeat shows null there. */
  forget?: readonly string[]
}

/**
 * Makes a POST safe to repeat: with the same `Idempotency-Key` and body it is done once, and every repeat within a
 * day gets the first answer (with `Idempotency-Replayed: true`). A duplicate that arrives while the first is being
 * worked on waits for it. Refused requests are not remembered. If the process died in the middle the key stays
 * taken (`http.outcomeUnknown`): never twice is the promise.
 */
export function idempotent(options: IdempotentOptions = {}): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const key = c.req.header('idempotency-key')
    if (key === undefined) return next()
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
      throw httpErrors.invalid('An Idempotency-Key has 1 to 255 visible ASCII characters and no spaces.')
    }
    const { workspaceId, id: actorId } = c.var.actor
    const scope = { workspaceId, actorId, route: `${c.req.method} ${c.req.path}`, key }
    const stored = await claimOrWait(c, scope, await hashOf(c))
    if (stored) return replay(c, stored)

    try {
      await next()
    } finally {
      await settle(c, scope, options.forget ?? [])
    }
  }
}

async function claimOrWait(
  c: HttpContext,
  scope: IdempotencyScope,
  hash: string,
): Promise<StoredAnswer | undefined> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const claim: Claim = await c.var.idempotency.claim(scope, hash)
    if (claim.kind === 'mine') return undefined
    if (claim.requestHash !== hash)
      throw httpErrors.keyReused('This Idempotency-Key belongs to a different request.')
    if (claim.kind === 'answered') return claim.answer
    if (claim.sinceMs > lostAfterMs)
      throw httpErrors.outcomeUnknown('Nobody knows how the first request ended.')
    if (Date.now() >= deadline) {
      throw httpErrors.inProgress('The first request with this key is still running.', {
        detail: { retryAfterS: 5 },
      })
    }
    await wait(pollMs)
  }
}

async function hashOf(c: HttpContext): Promise<string> {
  const body = Buffer.from(await c.req.arrayBuffer())
  return createHash('sha256').update(new URL(c.req.url).search).update('\0').update(body).digest('hex')
}

async function settle(c: HttpContext, scope: IdempotencyScope, forget: readonly string[]): Promise<void> {
  const { status } = c.res
  if (c.error !== undefined || status < 200 || status > 299) return c.var.idempotency.release(scope)
  const headers: Record<string, string> = {}
  for (const name of keptHeaders) {
    const value = c.res.headers.get(name)
    if (value !== null) headers[name] = value
  }
  const body = without(await c.res.clone().text(), forget)
  await c.var.idempotency.answer(scope, { status, body, headers })
}

function without(body: string, forget: readonly string[]): string {
  if (forget.length === 0) return body
  const json = JSON.parse(body) as Record<string, unknown>
  return JSON.stringify(json, (name, value: unknown) => (forget.includes(name) ? null : value))
}

function replay(c: HttpContext, stored: StoredAnswer): Response {
  const headers = { ...stored.headers, 'idempotency-replayed': 'true' }
  // 204 and 205 must not have a body (RFC 9110).
  const body = stored.status === 204 || stored.status === 205 ? null : stored.body
  return c.newResponse(body, stored.status as StatusCode, headers)
}
