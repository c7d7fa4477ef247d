import createClient, { type Middleware } from 'openapi-fetch'
import { offlineProblem, problemFrom } from './problem.ts'
import type { paths } from './schema.ts'
import { chosenWorkspaceId } from './workspace-choice.ts'

/** The event that says the session is over; the shell answers with the sign-in page. */
export const signedOutEvent = 'creatorops:signed-out'

const workspaceHeader: Middleware = {
  onRequest({ request }) {
    const workspaceId = chosenWorkspaceId()
    if (workspaceId) request.headers.set('X-Workspace-Id', workspaceId)
    return request
  },
  onResponse({ response }) {
    if (response.status === 401) dispatchEvent(new Event(signedOutEvent))
    return response
  },
}

/** The typed client of our API. */
export const api = createClient<paths>({ baseUrl: '', fetch: (request) => globalThis.fetch(request) })
api.use(workspaceHeader)

type Call<Data> = Promise<{ data?: Data; error?: unknown; response: Response }>

/** The body of an answer; a refusal is thrown as a Problem. */
export async function ask<Data>(call: Call<Data>): Promise<Data> {
  let answer: Awaited<Call<Data>>
  try {
    answer = await call
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw offlineProblem()
  }
  if (!answer.response.ok) throw await problemFrom(answer.response, answer.error)
  return answer.data as Data
}

/** A fresh key for a POST that creates, so that a repeated request creates once. */
export function idempotencyKey(): { 'Idempotency-Key': string } {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return { 'Idempotency-Key': Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') }
}
