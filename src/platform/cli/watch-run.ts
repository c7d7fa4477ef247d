import { setTimeout as wait } from 'node:timers/promises'
import type { ApiClient } from './api-client.ts'
import { type ServerEvent, parseServerEvents } from './server-events.ts'

/** What a person watching a run wants to know of it. */
export type RunView = {
  id: string
  state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'
  stage: string | null
  stageLabel: string | null
  /** 0 to 100. */
  percent: number
  result: unknown
  error: { code: string; message: string; help: string; retryable: boolean } | null
}

export type WatchOptions = {
  signal?: AbortSignal
  /** The longest time without news before the run is asked for anyway. Default 10 s. */
  quietMs?: number
}

const reconnectDelayMs = 500
const longestReconnectDelayMs = 8_000
const ended = new Set(['succeeded', 'failed', 'cancelled'])

/**
 * Follows a run by the event stream until it ends. A broken stream is opened again from the last event seen, and the
 * run itself is read after each (re)connection and after silence, so that no end is missed.
 */
export async function watchRun(
  client: ApiClient,
  runId: string,
  onProgress: (run: RunView) => void = () => undefined,
  options: WatchOptions = {},
): Promise<RunView> {
  let lastEventId: string | undefined
  let failures = 0
  let run = await client.get<RunView>(`/runs/${runId}`, { signal: options.signal })
  onProgress(run)
  while (!ended.has(run.state)) {
    const stream = new AbortController()
    const signal = options.signal ? AbortSignal.any([stream.signal, options.signal]) : stream.signal
    const quiet = setTimeout(() => stream.abort(), options.quietMs ?? 10_000)
    try {
      for await (const event of openStream(client, lastEventId, signal)) {
        failures = 0
        quiet.refresh()
        lastEventId = event.id ?? lastEventId
        const next = applyEvent(run, event)
        if (!next) continue
        run = next === 'read' ? await client.get<RunView>(`/runs/${runId}`, { signal: options.signal }) : next
        onProgress(run)
        if (ended.has(run.state)) return run
      }
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!stream.signal.aborted && ++failures > 20) throw error
    } finally {
      clearTimeout(quiet)
      stream.abort()
    }
    if (failures > 0) {
      const delayMs = Math.min(longestReconnectDelayMs, reconnectDelayMs * 2 ** (failures - 1))
      await wait(delayMs, undefined, { signal: options.signal })
    }
    run = await client.get<RunView>(`/runs/${runId}`, { signal: options.signal }).catch((error: unknown) => {
      options.signal?.throwIfAborted()
      if (++failures > 20) throw error
      return run
    })
    onProgress(run)
  }
  return run
}

async function* openStream(client: ApiClient, lastEventId: string | undefined, signal: AbortSignal) {
  const answer = await client.fetch('/api/v1/events', {
    signal,
    headers: { accept: 'text/event-stream', ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
  })
  if (!answer.ok || !answer.body) {
    await answer.body?.cancel()
    throw new Error(`The event stream answered ${answer.status}`)
  }
  yield* parseServerEvents(answer.body)
}

/** The run after an event; `read` when the event says that more changed than it carries. */
function applyEvent(run: RunView, event: ServerEvent): RunView | 'read' | undefined {
  const data = event.data as { type?: string; subjectId?: string; data?: Partial<RunView> } | undefined
  if (data?.subjectId !== run.id) return undefined
  if ((data.type ?? event.type) !== 'run.progressed') return 'read'
  return { ...run, ...data.data, id: run.id, state: 'running' }
}
