import { durableErrors } from './errors.ts'

/** HTTP status of a GET, or 0 when nobody answers within two seconds. */
export async function fetchStatus(url: string): Promise<number> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await response.arrayBuffer()
    return response.status
  } catch {
    // Not reachable is an answer here: callers poll.
    return 0
  }
}

/** Calls the engine's admin door. Statuses in `accept` are returned, all others fail with `durable.engineFailed`. */
export async function admin(
  adminUrl: string,
  path: string,
  options: { method?: string; body?: unknown; accept?: number[]; timeoutMs?: number } = {},
): Promise<{ status: number; body: unknown }> {
  let response: Response
  try {
    response = await fetch(`${adminUrl}${path}`, {
      method: options.method ?? 'GET',
      headers: {
        accept: 'application/json',
        ...(options.body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      signal: AbortSignal.timeout(options.timeoutMs ?? 10_000),
    })
  } catch (cause) {
    throw durableErrors.engineFailed(`The workflow engine does not answer at ${adminUrl}.`, { cause })
  }
  const text = await response.text()
  if (!response.ok && !options.accept?.includes(response.status)) {
    throw durableErrors.engineFailed(
      `The workflow engine refused ${path}: ${response.status} ${text.slice(0, 300)}`,
    )
  }
  return { status: response.status, body: text === '' ? undefined : parseJson(text) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Some admin answers are plain text.
    return text
  }
}

/** The columns of the engine's own table of calls that we read. Which ones are set depends on the query. */
export type EngineInvocation = {
  id: string
  status: string
  scope?: string | null
  /** The call that made this one: the workflow, for a step. */
  invoked_by_id?: string | null
  modified_at: string
}

/** Runs SQL on the engine's own tables. Only for constant text and ids that the engine itself gave out. */
export async function queryEngine<Row>(adminUrl: string, sql: string): Promise<Row[]> {
  const { body } = await admin(adminUrl, '/query', { method: 'POST', body: { query: sql } })
  return (body as { rows: Row[] }).rows
}
