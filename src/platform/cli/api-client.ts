import { cliErrors } from './errors.ts'
import { failureOf } from './problem-failure.ts'
import { type UploadedFile, type UploadOptions, uploadFile } from './upload-file.ts'
import { type RunView, type WatchOptions, watchRun } from './watch-run.ts'

export type CallOptions = {
  query?: Record<string, string | number | boolean | undefined>
  /** ETag of the version that was changed, for updates. */
  ifMatch?: string
  /** Makes a POST that creates safe to repeat; without it each call gets a new one. */
  idempotencyKey?: string
  signal?: AbortSignal
}

/** A client of the API, as the command line uses it. Paths are relative to `/api/v1`. */
export type ApiClient = {
  readonly url: string
  get<T>(path: string, options?: CallOptions): Promise<T>
  post<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  put<T>(path: string, body: unknown, options?: CallOptions): Promise<T>
  patch<T>(path: string, body: unknown, options?: CallOptions): Promise<T>
  delete(path: string, options?: CallOptions): Promise<void>
  /** Every item of a list, page after page. */
  list<T>(path: string, options?: CallOptions): AsyncGenerator<T>
  /** A raw answer with the client's headers; `path` may be absolute from the server's root, such as `/d/…`. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** Uploads a file, resumably and checked by its SHA-256; the same content again gives the asset that exists. */
  upload(path: string, options?: UploadOptions): Promise<UploadedFile>
  /** Follows a run to its end and returns it, whatever the end is. */
  watchRun(runId: string, onProgress?: (run: RunView) => void, options?: WatchOptions): Promise<RunView>
  /** Stops the server if it was started for this client. */
  close(): Promise<void>
}

export type ApiClientOptions = {
  url: string
  apiKey: string
  workspace?: string
  /** Where addresses of unfinished uploads are kept; without it an upload is not resumed by a later call. */
  resumeFile?: string
  onClose?: () => Promise<void>
}

export function createApiClient(options: ApiClientOptions): ApiClient {
  const url = options.url.replace(/\/+$/, '')
  const headers: Record<string, string> = {
    authorization: `Bearer ${options.apiKey}`,
    ...(options.workspace ? { 'x-workspace-id': options.workspace } : {}),
  }

  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, {
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string>) },
    }).catch((cause: unknown) => {
      if (init.signal?.aborted) throw cause
      throw cliErrors.unreachable(`${url} did not answer.`, { cause })
    })

  async function call<T>(method: string, path: string, body: unknown, call: CallOptions = {}): Promise<T> {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(call.query ?? {}))
      if (value !== undefined) query.set(name, String(value))
    const idempotencyKey = call.idempotencyKey ?? (method === 'POST' ? crypto.randomUUID() : undefined)
    const answer = await send(`/api/v1${path}${query.size > 0 ? `?${query}` : ''}`, {
      method,
      signal: call.signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(call.ifMatch ? { 'if-match': call.ifMatch } : {}),
        ...(idempotencyKey ? { 'idempotency-key': idempotencyKey } : {}),
      },
    })
    if (!answer.ok) throw await failureOf(answer)
    return (answer.status === 204 ? undefined : await jsonOf(answer)) as T
  }

  const client: ApiClient = {
    url,
    get: (path, more) => call('GET', path, undefined, more),
    post: (path, body, more) => call('POST', path, body, more),
    put: (path, body, more) => call('PUT', path, body, more),
    patch: (path, body, more) => call('PATCH', path, body, more),
    delete: (path, more) => call('DELETE', path, undefined, more),
    async *list<T>(path: string, more: CallOptions = {}) {
      let cursor: string | undefined
      do {
        const page: { items: T[]; nextCursor: string | null } = await client.get(path, {
          ...more,
          query: { ...more.query, cursor },
        })
        yield* page.items
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
    },
    fetch: (path, init) => send(path, init),
    upload: (path, more) => uploadFile({ url, headers, resumeFile: options.resumeFile }, path, more),
    watchRun: (runId, onProgress, more) => watchRun(client, runId, onProgress, more),
    close: async () => options.onClose?.(),
  }
  return client
}

async function jsonOf(answer: Response): Promise<unknown> {
  try {
    return await answer.json()
  } catch (cause) {
    throw cliErrors.unexpectedAnswer('The server answered with something that is not JSON.', { cause })
  }
}
