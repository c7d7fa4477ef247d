import { chosenWorkspaceId } from './workspace-choice.ts'

/** One thing that happened in the workspace, as the stream tells it. */
export type LiveEvent = { type: string; subjectId: string; data: Record<string, unknown> }

const longestWaitMs = 15_000

/**
 * Follows the workspace's events until the returned function is called. The browser resumes short breaks by itself
 * (Last-Event-ID); after a refusal this reconnects with a growing wait. `onReconnect` runs after any break, since
 * progress ticks are not replayed.
 */
export function followEvents(onEvent: (event: LiveEvent) => void, onReconnect: () => void): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let waitMs = 1000
  let hadBreak = false

  function receive(message: MessageEvent<string>) {
    const event = readEvent(message.data)
    if (event) onEvent(event)
  }

  function connect() {
    const workspaceId = chosenWorkspaceId()
    const query = workspaceId ? `?workspaceId=${encodeURIComponent(workspaceId)}` : ''
    source = new EventSource(`/api/v1/events${query}`)
    source.addEventListener('open', () => {
      waitMs = 1000
      if (hadBreak) onReconnect()
      hadBreak = false
    })
    source.addEventListener('message', receive)
    source.addEventListener('error', () => {
      hadBreak = true
      if (source?.readyState !== EventSource.CLOSED) return
      timer = setTimeout(connect, waitMs)
      waitMs = Math.min(waitMs * 2, longestWaitMs)
    })
  }

  connect()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}

function readEvent(text: string): LiveEvent | undefined {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    // A broken line carries nothing that a page could use; the next event or a refetch brings the truth.
    return undefined
  }
  if (typeof body !== 'object' || body === null) return undefined
  const { type = '', subjectId = '', data = {} } = body as Partial<LiveEvent>
  return { type, subjectId, data }
}
