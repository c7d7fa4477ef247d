import { Client } from 'pg'

import type { Logger } from '../log/log.ts'
import { wakeChannel } from './start-run.ts'

/**
 * Listens on the database for committed work and calls `onWake` for it. Connects again, for ever, with pauses up to
 * 5 s, and calls `onWake` after each reconnect since messages may have been missed.
 */
export function createWakeFeed(options: { url: string; log: Logger; onWake: () => void }): {
  close(): Promise<void>
} {
  const state = { client: undefined as Client | undefined, closed: false, failures: 0 }
  let timer: NodeJS.Timeout | undefined

  async function open(): Promise<void> {
    const client = new Client({ connectionString: options.url, application_name: 'creatorops dispatcher' })
    state.client = client
    const lost = (error?: Error) => {
      if (state.closed || state.client !== client) return
      state.client = undefined
      if (error) options.log.debug({ err: error }, 'the dispatcher lost its database connection')
      timer = setTimeout(() => void open(), Math.min(200 * 2 ** state.failures++, 5_000)).unref()
    }
    client.on('error', lost)
    client.on('end', () => lost())
    client.on('notification', options.onWake)
    try {
      await client.connect()
      await client.query(`listen ${wakeChannel}`)
      state.failures = 0
      options.onWake()
    } catch (error) {
      lost(error as Error)
    }
  }

  void open()
  return {
    async close() {
      state.closed = true
      clearTimeout(timer)
      // An unfinished connect rejects when it is ended; that is what we want then.
      await state.client?.end().catch(() => {})
    },
  }
}
