/** A refusal of the API, or of the network on the way to it, in words that a person can act on. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly help: string
  readonly retryable: boolean
  readonly requestId: string | undefined
  /** All members of the answer, for cases that carry more (both versions of a lost update, say). */
  readonly members: Record<string, unknown>

  constructor(status: number, members: Record<string, unknown>) {
    super(text(members['message']) ?? text(members['detail']) ?? `The server answered ${status}.`)
    this.name = 'Problem'
    this.status = status
    this.code = text(members['code']) ?? `http.${status}`
    this.help = text(members['help']) ?? ''
    this.retryable = members['retryable'] === true
    this.requestId = text(members['requestId'])
    this.members = members
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Reads a refused answer; anything that is not problem+json still becomes a problem with its status. */
export async function problemFrom(response: Response, body?: unknown): Promise<Problem> {
  const members = body ?? (await response.json().catch(() => ({})))
  return new Problem(response.status, typeof members === 'object' && members !== null ? { ...members } : {})
}

/** The problem of a request that never reached the server. */
export function offlineProblem(): Problem {
  return new Problem(0, {
    code: 'network.offline',
    message: 'The server cannot be reached.',
    help: 'Check that CreatorOps is running and that you are connected. This page tries again by itself.',
    retryable: true,
  })
}
