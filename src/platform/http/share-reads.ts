import type { TypedResponse } from 'hono'
import type { JSONParsed } from 'hono/utils/types'
import { etagOf } from './etag.ts'
import type { HttpContext } from './http-env.ts'

/**
 * Answers a GET with JSON that is the same for everybody in the workspace who may ask for it. A thing with a `version`
 * gets its ETag.
 */
export type ShareReads = <Data>(
  c: HttpContext,
  read: () => Promise<Data>,
  /** Who shares it: all of the workspace (default), or only requests of one actor. */
  among?: 'workspace' | 'actor',
) => Promise<Response & TypedResponse<JSONParsed<Data>, 200, 'json'>>

/** For routes: shares readings among all requests of this application, see `createSharedReads`. */
export function shareReads(): ShareReads {
  return (c, read, among) => c.var.sharedReads(c, read, among)
}

type Answer = { body: Buffer<ArrayBuffer>; etag?: string }
type Lane = { running: Promise<Answer>; next?: Promise<Answer> }
type Kept = { answer: Answer; writes: number; untilMs: number }

export type SharedReadsOptions = {
  /**
   * Goes up with every write, before anybody hears of it. Given only where nobody else writes to the database:
   * then an answer is kept for as long as nothing has been written since its reading began, at most a second.
   */
  writes?: () => number
  nowMs?: () => number
}

/** What time alone changes in an answer, such as the end of a link, is never older than this. */
const keptForMs = 1_000
const mostKeptBytes = 32 * 2 ** 20

/**
 * Lets requests for one address that wait at the same time share one reading of it: when something changes, every
 * open Studio of a workspace asks for the same lists at the same moment. Per workspace and address one reading is
 * under way at most, and one waits behind it for all who came meanwhile. So nobody gets what was read before the
 * last write they know of. An answer that depends on who asks is shared `among` the requests of one actor only.
 */
export function createSharedReads({
  writes,
  nowMs = () => performance.now(),
}: SharedReadsOptions = {}): ShareReads {
  const lanes = new Map<string, Lane>()
  const kept = new Map<string, Kept>()
  let keptBytes = 0

  function run(key: string, read: () => Promise<unknown>): Promise<Answer> {
    const before = writes?.()
    const running = read().then((data) => {
      const answer = answerOf(data)
      if (before !== undefined && before === writes?.()) keep(key, answer, before)
      return answer
    })
    const lane: Lane = { running }
    lanes.set(key, lane)
    const leave = () => {
      if (lane.next === undefined) lanes.delete(key)
    }
    running.then(leave, leave)
    return running
  }

  function keep(key: string, answer: Answer, count: number): void {
    forget(key)
    if (keptBytes + answer.body.length > mostKeptBytes) {
      kept.clear()
      keptBytes = 0
    }
    kept.set(key, { answer, writes: count, untilMs: nowMs() + keptForMs })
    keptBytes += answer.body.length
  }

  function forget(key: string): void {
    keptBytes -= kept.get(key)?.answer.body.length ?? 0
    kept.delete(key)
  }

  function join(key: string, read: () => Promise<unknown>): Promise<Answer> | Answer {
    const known = kept.get(key)
    if (known) {
      if (known.writes === writes?.() && nowMs() < known.untilMs) return known.answer
      forget(key)
    }
    const lane = lanes.get(key)
    if (!lane) return run(key, read)
    const again = () => run(key, read)
    lane.next ??= lane.running.then(again, again)
    return lane.next
  }

  const share = async (
    c: HttpContext,
    read: () => Promise<unknown>,
    among: 'workspace' | 'actor' = 'workspace',
  ): Promise<Response> => {
    const { pathname, search } = new URL(c.req.url)
    const { id, workspaceId } = c.var.actor
    const sharers = among === 'actor' ? `${workspaceId} ${id}` : workspaceId
    const { body, etag } = await join(`${sharers} ${pathname}${search}`, read)
    return c.body(body, 200, { 'content-type': 'application/json', ...(etag ? { etag } : {}) })
  }
  return share as ShareReads
}

function answerOf(data: unknown): Answer {
  const body = Buffer.from(JSON.stringify(data))
  const version = (data as { version?: unknown } | null)?.version
  return typeof version === 'number' ? { body, etag: etagOf(version) } : { body }
}
