import { llmErrors } from './errors.ts'

/**
 * `fetch` for vendors' SDKs, which would read an error page of a proxy as an empty stream: an answer that is neither
 * JSON nor an event stream is refused with `llm.malformed`.
 */
export const checkedFetch: typeof globalThis.fetch = async (input, init) => {
  const answer = await globalThis.fetch(input, init)
  const type = answer.headers.get('content-type') ?? ''
  if (answer.ok && !/json|event-?stream/i.test(type)) {
    await answer.body?.cancel()
    throw llmErrors.malformed(`The answer is ${type || 'of no content type'} instead of JSON or a stream.`)
  }
  return answer
}
