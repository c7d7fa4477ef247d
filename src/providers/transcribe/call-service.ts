import { setTimeout as wait } from 'node:timers/promises'
import type { AppError } from '../../kernel/errors.ts'
import { transcribeErrors } from './errors.ts'

export type CallService = {
  url: string
  /** Made anew for every try. */
  request: () => RequestInit | Promise<RequestInit>
  signal?: AbortSignal
  /** For one answer. Default 10 minutes: services answer when they have listened to all of it. */
  timeoutMs?: number
  /** Before the second try; doubled for the third. Default 1 s. */
  firstDelayMs?: number
}

const tries = 3
/** A service that asks for more patience than this is left to the next try of the whole job. */
const longestWaitMs = 30_000

/**
 * Calls a transcription service and gives its JSON. Waits and tries again, three times in all, when it asks to wait,
 * fails or does not answer. Fails with `transcribe.rateLimited`, `.unavailable`, `.refused` or `.badAnswer`.
 */
export async function callService(call: CallService): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryOnce(call)
    if ('json' in outcome) return outcome.json
    const delayMs = outcome.retryAfterMs ?? (call.firstDelayMs ?? 1_000) * 2 ** (attempt - 1)
    if (!outcome.isPassing || attempt === tries || delayMs > longestWaitMs) throw outcome.failure
    await wait(delayMs, undefined, { signal: call.signal })
  }
}

type Outcome = { json: unknown } | { failure: AppError; isPassing: boolean; retryAfterMs?: number }

async function tryOnce(call: CallService): Promise<Outcome> {
  call.signal?.throwIfAborted()
  const timeout = AbortSignal.timeout(call.timeoutMs ?? 600_000)
  const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout
  let text: string
  let answer: Response
  try {
    answer = await fetch(call.url, { ...(await call.request()), signal, redirect: 'error' })
    text = await answer.text()
  } catch (cause) {
    if (call.signal?.aborted) throw call.signal.reason
    const why = timeout.aborted ? 'did not answer in time' : 'could not be reached'
    return {
      failure: transcribeErrors.unavailable(`The transcription service ${why}.`, { cause }),
      isPassing: true,
    }
  }
  if (!answer.ok) return refusal(answer, text)
  try {
    return { json: JSON.parse(text) as unknown }
  } catch (cause) {
    // Cut off on the way as a rule: worth another try.
    return { failure: transcribeErrors.badAnswer('The answer is not JSON.', { cause }), isPassing: true }
  }
}

function refusal(answer: Response, text: string): Outcome {
  const said = `The transcription service answered ${answer.status}: ${messageIn(text)}`
  if (answer.status === 429) {
    const retryAfterMs = readRetryAfter(answer.headers.get('retry-after'))
    return { failure: transcribeErrors.rateLimited(said), isPassing: true, retryAfterMs }
  }
  if (answer.status >= 500) return { failure: transcribeErrors.unavailable(said), isPassing: true }
  return { failure: transcribeErrors.refused(said), isPassing: false }
}

/** Seconds or a date. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  const delayMs = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(delayMs) ? Math.max(0, delayMs) : undefined
}

function messageIn(text: string): string {
  const found = /"message"\s*:\s*"((?:[^"\\]|\\.){1,300})/.exec(text)?.[1] ?? text.slice(0, 200)
  return found.replace(/\s+/g, ' ').trim() || 'nothing.'
}
