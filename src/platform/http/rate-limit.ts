import type { MiddlewareHandler } from 'hono'
import { httpErrors } from './errors.ts'
import type { HttpContext, HttpEnv } from './http-env.ts'

export const rateWindowMs = 60_000
const mostKeys = 50_000

export type RateDecision = { isAllowed: boolean; limit: number; remaining: number; resetS: number }

/** Counts requests per key in windows of a minute that start with the key's first request. */
export type RateLimiter = (key: string) => RateDecision

/**
 * A limiter in this process's memory: several API processes count separately, so the effective limit is theirs
 * together. Memory is bounded; when full, ended windows go first, then the oldest.
 */
export function createRateLimiter(options: { perMinute: number; nowMs: () => number }): RateLimiter {
  const windows = new Map<string, { startedAtMs: number; used: number }>()

  function makeRoom(nowMs: number): void {
    for (const [key, window] of windows) {
      if (windows.size < mostKeys && nowMs - window.startedAtMs < rateWindowMs) return
      windows.delete(key)
    }
  }

  return (key) => {
    const nowMs = options.nowMs()
    let window = windows.get(key)
    // A window that began in the future is from before the clock was set back; waiting for it could take hours.
    const ageMs = window ? nowMs - window.startedAtMs : rateWindowMs
    if (!window || ageMs >= rateWindowMs || ageMs < 0) {
      // Deleting first keeps the map in order of window start, which makeRoom relies on.
      windows.delete(key)
      makeRoom(nowMs)
      window = { startedAtMs: nowMs, used: 0 }
      windows.set(key, window)
    }
    const isAllowed = window.used < options.perMinute
    if (isAllowed) window.used++
    return {
      isAllowed,
      limit: options.perMinute,
      remaining: options.perMinute - window.used,
      resetS: Math.max(1, Math.ceil((window.startedAtMs + rateWindowMs - nowMs) / 1000)),
    }
  }
}

/** Counts a request and writes what is left into its answer; `http.rateLimited` when nothing is. */
export function countRequest(c: HttpContext, limiter: RateLimiter, key: string): void {
  const { isAllowed, limit, remaining, resetS } = limiter(key)
  c.header('x-ratelimit-limit', String(limit))
  c.header('x-ratelimit-remaining', String(remaining))
  c.header('x-ratelimit-reset', String(resetS))
  // draft-ietf-httpapi-ratelimit-headers
  c.header('ratelimit-policy', `"minute";q=${limit};w=${rateWindowMs / 1000}`)
  c.header('ratelimit', `"minute";r=${remaining};t=${resetS}`)
  if (isAllowed) return
  throw httpErrors.rateLimited(`More than ${limit} requests in a minute.`, {
    detail: { retryAfterS: resetS, limit },
  })
}

/** Counts every request of a part of the API by address, for parts where nobody is signed in yet. */
export function limitByAddress(limiter: RateLimiter): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    countRequest(c, limiter, `address:${c.var.address}`)
    await next()
  }
}
