import { Client } from 'pg'
import { asc, getTableColumns, gt, sql } from 'drizzle-orm'
import type { AppEvent } from '../../kernel/events.ts'
import type { Db } from '../db/client.ts'
import type { Logger } from '../log/log.ts'
import type { RecordedEvent } from './list-events.ts'
import { eventChannel } from './publish-event.ts'
import { events } from './schema.ts'

/**
 * How far back each look goes: a transaction that took a lower number may commit after one with a higher number.
 */
const overlap = 200
const { isTaken: _isTaken, ...columns } = getTableColumns(events)

/** An event as it is heard: recorded ones have a place (`seq`), transient ones have none. */
export type HeardEvent = RecordedEvent | (AppEvent & { seq?: undefined; at?: undefined })

/** Subscribes to the events of all workspaces: for what a process keeps in memory, never for what it shows. */
export const everyWorkspace = '*'

export type EventFeed = {
  /** Hears a workspace's events, or with `everyWorkspace` all, from now on; the returned function ends it. */
  subscribe(workspaceId: string, hear: (event: HeardEvent) => void): () => void
  /** Resolves when the feed listens for the first time. */
  ready: Promise<void>
  close(): Promise<void>
}

/**
 * One listening connection per process for everybody who wants to hear. Recorded events are read in order from the
 * table, so none is missed when notifications are (a lost connection, another database in between): the table is
 * looked at after every reconnect and every `pollMs` (default 5 s) too.
 */
export function createEventFeed(options: { url: string; db: Db; log: Logger; pollMs?: number }): EventFeed {
  const { db, log } = options
  const hearers = new Map<string, Set<(event: HeardEvent) => void>>()
  const ready = Promise.withResolvers<void>()
  const told = new Set<number>()
  const state = { closed: false, failures: 0, client: undefined as Client | undefined, lastSeq: -1 }
  let reading: Promise<void> | undefined
  let readAgain = false
  let retry: NodeJS.Timeout | undefined

  function tell(event: HeardEvent): void {
    const everybody = [...(hearers.get(event.workspaceId) ?? []), ...(hearers.get(everyWorkspace) ?? [])]
    for (const hear of everybody) {
      try {
        hear(event)
      } catch (error) {
        // One hearer's mistake must not cost the others their event.
        log.error({ err: error, type: event.type }, 'a hearer of events failed')
      }
    }
  }

  async function readOnce(): Promise<void> {
    const isFirst = state.lastSeq < 0
    if (isFirst) {
      const [last] = await db.select({ seq: sql<number>`coalesce(max(${events.seq}), 0)::int` }).from(events)
      state.lastSeq = last?.seq ?? 0
    }
    let after = state.lastSeq - overlap
    for (;;) {
      const rows = await db
        .select(columns)
        .from(events)
        .where(gt(events.seq, after))
        .orderBy(asc(events.seq))
        .limit(500)
      for (const row of rows) {
        state.lastSeq = Math.max(state.lastSeq, row.seq)
        if (told.has(row.seq)) continue
        told.add(row.seq)
        if (!isFirst) tell(row)
      }
      if (rows.length < 500) break
      after = rows.at(-1)!.seq
    }
    for (const seq of told) if (seq < state.lastSeq - 2 * overlap) told.delete(seq)
  }

  /** Reads what is new; calls that come meanwhile cause one more read, not many. */
  function read(): Promise<void> {
    readAgain = true
    reading ??= (async () => {
      while (readAgain && !state.closed) {
        readAgain = false
        await readOnce()
      }
    })()
      .catch((error: unknown) => log.warn({ err: error }, 'events could not be read; trying again'))
      .finally(() => {
        reading = undefined
      })
    return reading
  }

  function onNotification(payload: string | undefined): void {
    const event = transientIn(payload)
    if (event) tell(event)
    else void read()
  }

  async function listen(): Promise<void> {
    const client = new Client({
      connectionString: options.url,
      application_name: 'creatorops events',
      connectionTimeoutMillis: 10_000,
      keepAlive: true, // notices a far server that went away without a word
    })
    state.client = client
    const lost = (error?: Error) => {
      if (state.closed || state.client !== client) return
      state.client = undefined
      if (error) log.debug({ err: error }, 'the event feed lost its connection')
      retry = setTimeout(() => void listen(), Math.min(100 * 2 ** state.failures++, 5_000)).unref()
    }
    client.on('error', lost)
    client.on('end', () => lost())
    client.on('notification', (notification) => onNotification(notification.payload))
    try {
      await client.connect()
      await client.query(`listen ${eventChannel}`)
      state.failures = 0
      await read()
      ready.resolve()
    } catch (error) {
      lost(error as Error)
    }
  }

  void listen()
  const poll = setInterval(() => void read(), options.pollMs ?? 5_000).unref()

  return {
    ready: ready.promise,
    subscribe(workspaceId, hear) {
      const all = hearers.get(workspaceId) ?? new Set()
      hearers.set(workspaceId, all.add(hear))
      return () => {
        all.delete(hear)
        if (all.size === 0) hearers.delete(workspaceId)
      }
    },
    async close() {
      state.closed = true
      clearInterval(poll)
      clearTimeout(retry)
      await reading
      await state.client?.end()
    },
  }
}

/** The event that travels in a notification; undefined when it only says that there are new rows. */
function transientIn(payload = ''): AppEvent | undefined {
  try {
    return (JSON.parse(payload) as { event?: AppEvent }).event
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
