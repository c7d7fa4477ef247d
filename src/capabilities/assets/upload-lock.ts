import { Client } from 'pg'
import type { Lock, Locker, RequestRelease } from '@tus/server'
import type { Logger } from '../../platform/log/log.ts'
import { uploadErrors } from './errors.ts'

const channel = 'creatorops_upload_release'
const patienceMs = 20_000
/** Hashing a very large file while finishing takes minutes, and cannot let go early. */
const workPatienceMs = 15 * 60_000
const pollMs = 100

export type UploadLocker = Locker & {
  /** Runs `fn` while no other request, in any process, holds this name. */
  withLock<T>(name: string, fn: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

type Held = { requestRelease: RequestRelease; released: Promise<void>; markReleased: () => void }

/**
 * Locks for uploads that all API processes of an installation agree on: advisory locks of PostgreSQL, held on one
 * connection of each process. Who waits asks the holder to finish what it has and let go, also across processes.
 * If the connection breaks, PostgreSQL frees the locks and the holders here are told to stop.
 */
export function createUploadLocker(deps: { url: string; log: Logger }): UploadLocker {
  const held = new Map<string, Held>()
  let connection: Promise<Client> | undefined

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString: deps.url })
    const lose = (err?: Error) => {
      connection = undefined
      if (held.size > 0)
        deps.log.warn({ err, uploads: held.size }, 'lost the connection that holds upload locks')
      for (const holder of held.values()) void holder.requestRelease()
    }
    client.on('error', lose)
    client.on('end', () => lose())
    client.on('notification', ({ payload }) => void held.get(payload ?? '')?.requestRelease())
    await client.connect()
    await client.query(`listen ${channel}`)
    return client
  }

  function client(): Promise<Client> {
    connection ??= connect().catch((error: unknown) => {
      connection = undefined
      throw error
    })
    return connection
  }

  async function acquire(
    name: string,
    signal: AbortSignal,
    requestRelease: RequestRelease,
    waitMs = patienceMs,
  ): Promise<void> {
    const deadline = Date.now() + waitMs
    const giveUp = () => {
      if (signal.aborted || Date.now() > deadline)
        throw uploadErrors.locked('Another request holds this upload.')
    }
    for (;;) {
      // Advisory locks count per connection, so requests of this process must agree among themselves first.
      for (let holder = held.get(name); holder; holder = held.get(name)) {
        giveUp()
        void holder.requestRelease()
        await Promise.race([holder.released, pause(pollMs)])
      }
      const { promise: released, resolve: markReleased } = Promise.withResolvers<void>()
      held.set(name, { requestRelease, released, markReleased })
      try {
        giveUp()
        const { rows } = await (
          await client()
        ).query('select pg_try_advisory_lock(hashtextextended($1, 7)) as ok', [name])
        if (rows[0]?.ok) return
        await (await client()).query('select pg_notify($1, $2)', [channel, name])
      } catch (error) {
        letGo(name)
        throw error
      }
      letGo(name)
      await pause(pollMs)
    }
  }

  function letGo(name: string): void {
    const holder = held.get(name)
    held.delete(name)
    holder?.markReleased()
  }

  async function release(name: string): Promise<void> {
    try {
      if (connection)
        await (await connection).query('select pg_advisory_unlock(hashtextextended($1, 7))', [name])
    } finally {
      letGo(name)
    }
  }

  return {
    newLock: (name): Lock => ({
      lock: (signal, requestRelease) => acquire(name, signal, requestRelease),
      unlock: () => release(name),
    }),
    async withLock(name, fn) {
      await acquire(name, new AbortController().signal, () => undefined, workPatienceMs)
      try {
        return await fn()
      } finally {
        await release(name)
      }
    },
    async close() {
      const open = connection
      connection = undefined
      held.clear()
      if (open) await (await open).end()
    },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
