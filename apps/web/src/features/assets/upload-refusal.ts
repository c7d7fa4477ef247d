import { offlineProblem, Problem } from '../../api/problem.ts'

type WithResponse = { originalResponse?: { getStatus(): number; getBody(): string } | null }

/** The problem behind a tus error: what the server said when it said anything, otherwise the broken connection. */
export function uploadRefusal(error: unknown): Error {
  const response = findResponse(error)
  if (response) {
    const body = parsed(response.getBody())
    return new Problem(response.getStatus(), body ?? { message: response.getBody() })
  }
  if (error instanceof Problem) return error
  const isNetwork = error instanceof Error && /network|failed to|tus:/i.test(error.message)
  return isNetwork || !(error instanceof Error) ? offlineProblem() : error
}

function findResponse(error: unknown): WithResponse['originalResponse'] {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { originalResponse } = at as WithResponse
    if (originalResponse) return originalResponse
  }
  return undefined
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? { ...body } : undefined
  } catch {
    // Proxies answer in HTML; the status alone then has to do.
    return undefined
  }
}
