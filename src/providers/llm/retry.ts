import { AppError } from '../../kernel/errors.ts'
import { type Clock, realClock, sleep } from '../../platform/clock.ts'
import type { Llm, LlmRequest } from './port.ts'

const waitsMs = [1_000, 2_000, 4_000]
/** A vendor that asks for more patience than this is left to another model. */
const mostPatienceMs = 30_000

export type RetryOptions = {
  clock?: Clock
  /** 0 to 1. */
  random?: () => number
  /** Hears of every try that failed and is repeated. */
  onRetry?: (failure: AppError, waitMs: number) => void
}

/**
 * The same vendor, asked again up to three times after 1, 2 and 4 s (each ± 25 %), or after as long as it asks for.
 * Only failures whose row says `backoff`; a stream only while nothing came of it, so that no text comes twice.
 */
export function withRetries(llm: Llm, options: RetryOptions = {}): Llm {
  const { clock = realClock, random = Math.random, onRetry } = options

  /** Waits before another try, or throws the failure when there is none. */
  async function waitOrThrow(error: unknown, tries: number, request: LlmRequest): Promise<void> {
    const base = waitsMs[tries]
    if (!(error instanceof AppError) || error.row.retry !== 'backoff' || base === undefined) throw error
    if (error.detail?.['usage'] !== undefined) throw error
    const asked = Number(error.detail?.['retryAfterMs'] ?? 0)
    if (asked > mostPatienceMs) throw error
    const waitMs = Math.round(Math.max(base * (0.75 + random() / 2), asked))
    onRetry?.(error, waitMs)
    // A caller who leaves meanwhile gets the vendor's failure, which is why it took so long.
    try {
      await sleep(clock, waitMs, request.signal)
    } catch {
      throw error
    }
  }

  return {
    ...llm,
    async generate(request) {
      for (let tries = 0; ; tries++) {
        try {
          return await llm.generate(request)
        } catch (error) {
          await waitOrThrow(error, tries, request)
        }
      }
    },
    async *stream(request) {
      for (let tries = 0; ; tries++) {
        let hasText = false
        const pieces = llm.stream(request)
        try {
          for (;;) {
            const { done, value } = await pieces.next()
            if (done) return value
            hasText = true
            yield value
          }
        } catch (error) {
          if (hasText) throw error
          await waitOrThrow(error, tries, request)
        } finally {
          await pieces.return(undefined as never)
        }
      }
    },
  }
}
