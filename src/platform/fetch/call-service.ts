import { setTimeout as wait } from 'node:timers/promises'
import { AppError, type Fail } from '../../kernel/errors.ts'

/** The rows that a provider has for what goes wrong with a service. */
export type ServiceFailures = {
  rateLimited: Fail
  unavailable: Fail
  notAllowed: Fail
  refused: Fail
  badAnswer: Fail
}

export type ServiceCall = {
  failures: ServiceFailures
  /** What the failure calls it. */
  service: string
  url: string
  method?: 'GET' | 'POST' | 'DELETE'
  headers?: Record<string, string>
  json?: unknown
  /** Default 60 s, for the whole answer. */
  timeoutMs?: number
  /** Largest accepted answer. Default 64 MiB. */
  maxBytes?: number
  signal?: AbortSignal
  /** Waits before a second and a third try after 429 and 5xx. Default 1 s and 2 s, or what the service asks for, at most 20 s. */
  retryMs?: readonly number[]
}

/**
 * Calls a service that the operator chose, and returns the whole answer. What may pass is tried three times in
 * all. Fails with a row of `failures`, or with the signal's reason.
 */
export async function callService(
  call: ServiceCall,
): Promise<{ bytes: Buffer; contentType: string; headers: Headers }> {
  const waits = call.retryMs ?? [1_000, 2_000]
  for (let attempt = 0; ; attempt++) {
    try {
      return await callOnce(call)
    } catch (error) {
      call.signal?.throwIfAborted()
      if (!(error instanceof AppError) || error.row.retry !== 'backoff' || attempt >= waits.length)
        throw error
      const asked = Number(error.detail?.['retryAfterMs'] ?? 0)
      // Half of it random, so that many callers do not come back together.
      const pauseMs = Math.min(20_000, Math.max(asked, waits[attempt]! * (0.5 + Math.random())))
      await wait(pauseMs, undefined, { signal: call.signal })
    }
  }
}

async function callOnce(call: ServiceCall) {
  const { failures, service, url, headers, json, timeoutMs = 60_000, maxBytes = 64 * 1024 * 1024 } = call
  const limit = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method: call.method ?? (json === undefined ? 'GET' : 'POST'),
      headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: json === undefined ? undefined : JSON.stringify(json),
      redirect: 'error',
      signal: call.signal ? AbortSignal.any([call.signal, limit]) : limit,
    })
    const bytes = await readCapped(response, call, maxBytes)
    if (response.ok)
      return { bytes, contentType: response.headers.get('content-type') ?? '', headers: response.headers }
    throw failureOf(call, response.status, bytes.toString('utf8', 0, 2_000), response.headers)
  } catch (cause) {
    call.signal?.throwIfAborted()
    if (cause instanceof AppError) throw cause
    if (limit.aborted)
      throw failures.unavailable(`${service} gave no answer within ${timeoutMs / 1000} s.`, { cause })
    throw failures.unavailable(`${service} cannot be reached, or its answer broke off.`, { cause })
  }
}

async function readCapped(
  response: Response,
  { failures, service }: ServiceCall,
  maxBytes: number,
): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of response.body ?? []) {
    size += piece.length
    if (size > maxBytes) throw failures.badAnswer(`${service} answered with more than ${maxBytes} bytes.`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** The row for a status, with the service's own words. */
function failureOf(
  { failures, service }: ServiceCall,
  status: number,
  body: string,
  headers?: Headers,
): AppError {
  const words = wordsOf(body)
  if (status === 429 || status === 503) {
    const seconds = Number(headers?.get('retry-after'))
    const detail = Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : undefined
    return failures.rateLimited(`${service} asks to wait (${status})${words}.`, { detail })
  }
  if (status >= 500 || status === 408)
    return failures.unavailable(`${service} failed with ${status}${words}.`)
  if (status === 401 || status === 403)
    return failures.notAllowed(`${service} refused the key (${status})${words}.`)
  return failures.refused(`${service} refused the request (${status})${words}.`)
}

function wordsOf(body: string): string {
  const found = /"(?:message|detail|error)"\s*:\s*"((?:[^"\\]|\\.){1,300})/.exec(body)?.[1]
  return found ? `: ${found.replace(/\.$/, '')}` : ''
}

/** Reads JSON; fails with the row `badAnswer`. */
export function parseAnswer(
  { failures, service }: Pick<ServiceCall, 'failures' | 'service'>,
  bytes: Buffer,
): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw failures.badAnswer(`${service} did not answer with JSON.`, { cause })
  }
}
