import type { AppEvent } from '../../kernel/events.ts'

/** An event as the stream sends it. A transient one (progress) has no place in the record and so no `seq`. */
export type StreamedEvent = AppEvent & { seq?: number | undefined; at?: Date | string | undefined }

export type EventStreamDeps = {
  /** The recorded events of a workspace after a position, oldest first. */
  listAfter(workspaceId: string, seq: number, limit: number): Promise<StreamedEvent[]>
  /** Events as they happen; the returned function ends it. */
  subscribe(workspaceId: string, receive: (event: StreamedEvent) => void): () => void
  /** Whether the caller may still listen; asked at each heartbeat, so signing out ends the stream. */
  mayGoOn(): Promise<boolean>
  heartbeatMs: number
  /** Ends the stream when it fires: the caller left, or the server stops. */
  signal: AbortSignal
}

const replayPage = 500
/** A reader that is this many events behind is cut off; it comes back with Last-Event-ID and loses nothing. */
const mostBehind = 2_000

/**
 * A workspace's events as server-sent events. With `afterSeq` it first replays what was recorded since, then goes on
 * live; nothing recorded in between is lost or sent twice.
 */
export function eventStream(
  deps: EventStreamDeps,
  from: { workspaceId: string; afterSeq: number | undefined },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const waiting: StreamedEvent[] = []
  const replayed = new Set<number>()
  let isReplaying = true
  let isOver = false
  let controller: ReadableStreamDefaultController<Uint8Array>
  let unsubscribe: () => void = () => undefined
  let heartbeat: NodeJS.Timeout | undefined
  let room = Promise.withResolvers<void>()

  function end(error?: unknown): void {
    if (isOver) return
    isOver = true
    letGo()
    if (error === undefined) controller.close()
    else controller.error(error)
  }
  const onAbort = () => end()

  function letGo(): void {
    clearInterval(heartbeat)
    unsubscribe()
    deps.signal.removeEventListener('abort', onAbort)
    room.resolve()
  }

  function send(text: string): void {
    if (isOver) return
    controller.enqueue(encoder.encode(text))
    if ((controller.desiredSize ?? 0) < -mostBehind) end()
  }
  function sendOnce(event: StreamedEvent): void {
    if (event.seq === undefined || !replayed.delete(event.seq)) send(formatEvent(event))
  }
  function receive(event: StreamedEvent): void {
    if (!isReplaying) return sendOnce(event)
    waiting.push(event)
    if (waiting.length > mostBehind) end()
  }

  async function replay(): Promise<void> {
    let after = from.afterSeq
    while (after !== undefined) {
      const page = await deps.listAfter(from.workspaceId, after, replayPage)
      for (const event of page) {
        if (event.seq !== undefined) replayed.add(event.seq)
        send(formatEvent(event))
      }
      after = page.length < replayPage ? undefined : page.at(-1)?.seq
      // The record can be long; the next page is read when the reader has taken this one.
      if (after !== undefined && (controller.desiredSize ?? 0) <= 0) await room.promise
      if (isOver) return
    }
    isReplaying = false
    for (const event of waiting) sendOnce(event)
  }

  async function beat(): Promise<void> {
    if (await deps.mayGoOn()) send(': still here\n\n')
    else end()
  }

  return new ReadableStream<Uint8Array>({
    start(own) {
      controller = own
      if (deps.signal.aborted) return end()
      deps.signal.addEventListener('abort', onAbort)
      unsubscribe = deps.subscribe(from.workspaceId, receive)
      // A heartbeat that cannot ask ends the stream: the reader reconnects and is told why.
      heartbeat = setInterval(() => void beat().catch(() => end()), deps.heartbeatMs).unref()
      send('retry: 2000\n: connected\n\n')
      void replay().catch((error: unknown) => end(error))
    },
    pull() {
      room.resolve()
      room = Promise.withResolvers<void>()
    },
    cancel() {
      isOver = true
      letGo()
    },
  })
}

/** One event in the wire format. It is the unnamed `message` event; its type is in the JSON. */
export function formatEvent(event: StreamedEvent): string {
  const { seq, type, subjectId, data, at } = event
  const id = seq === undefined ? '' : `id: ${seq}\n`
  return `${id}data: ${JSON.stringify({ type, subjectId, data, at, seq })}\n\n`
}
