import { asLlmFailure, readRetryAfter } from './ai-sdk-failure.ts'
import { llmErrors } from './errors.ts'

const probeMs = 10_000

/** Asks an address that costs nothing whether a vendor is there; fails as a call would. */
export async function probe(
  name: string,
  url: string,
  options: { headers?: Record<string, string>; signal?: AbortSignal | undefined },
): Promise<void> {
  const limit = AbortSignal.timeout(probeMs)
  let answer: Response
  try {
    answer = await fetch(url, {
      headers: options.headers ?? {},
      signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
    })
    await answer.body?.cancel()
  } catch (cause) {
    throw limit.aborted ? llmErrors.timedOut(`${name} did not answer.`, { cause }) : asLlmFailure(name, cause)
  }
  const { status } = answer
  const said = `${name} answered ${status}.`
  if (status === 401 || status === 403) throw llmErrors.authFailed(said)
  if (status === 429 || status === 503) {
    const retryAfterMs = readRetryAfter(Object.fromEntries(answer.headers))
    throw llmErrors.busy(said, { detail: { status, retryAfterMs: retryAfterMs ?? null } })
  }
  // A server without the address is there; whether it has the model, a call will tell.
  if (status >= 500) throw llmErrors.down(said)
}
