import type { TypedResponse } from 'hono'
import type { JSONParsed } from 'hono/utils/types'
import type { HttpContext } from './http-env.ts'

/** Answers a GET with JSON that is the same for everybody in the workspace who may ask for it. */
export type ShareReads = <Data>(
  c: HttpContext,
  read: () => Promise<Data>,
) => Promise<Response & TypedResponse<JSONParsed<Data>, 200, 'json'>>

type Lane = { running: Promise<Buffer<ArrayBuffer>>; next?: Promise<Buffer<ArrayBuffer>> }

/**
 * Lets requests for one address that wait at the same time share one reading of it: when something changes, every
 * open Studio of a workspace asks for the same lists at the same moment. Per workspace and address one reading is
 * under way at most, and one waits behind it for all who came meanwhile. So nobody gets what was read before they
 * asked, and nothing is kept afterwards. Not for answers that depend on who asks.
 */
export function shareReads(): ShareReads {
  const lanes = new Map<string, Lane>()

  function run(key: string, read: () => Promise<unknown>): Promise<Buffer<ArrayBuffer>> {
    const running = read().then((data) => Buffer.from(JSON.stringify(data)))
    const lane: Lane = { running }
    lanes.set(key, lane)
    const leave = () => {
      if (lane.next === undefined) lanes.delete(key)
    }
    running.then(leave, leave)
    return running
  }

  function join(key: string, read: () => Promise<unknown>): Promise<Buffer<ArrayBuffer>> {
    const lane = lanes.get(key)
    if (!lane) return run(key, read)
    const again = () => run(key, read)
    lane.next ??= lane.running.then(again, again)
    return lane.next
  }

  const share = async (c: HttpContext, read: () => Promise<unknown>): Promise<Response> => {
    const { pathname, search } = new URL(c.req.url)
    const json = await join(`${c.var.actor.workspaceId} ${pathname}${search}`, read)
    return c.body(json, 200, { 'content-type': 'application/json' })
  }
  return share as ShareReads
}
