import type { Pool } from 'pg'

type Query = (config: unknown, ...rest: unknown[]) => Promise<unknown>
type Connect = (callback?: unknown) => Promise<{ release(error?: Error | boolean): void }> | undefined

/**
 * Counts what may have changed the database through this pool: every query that is not a plain read of the query
 * builder, when it has ended, and every transaction, when it gives its connection back. So before anybody hears that
 * something was written, the count has gone up.
 */
export function countWrites(pool: Pool): () => number {
  let count = 0
  const query = pool.query.bind(pool) as unknown as Query
  pool.query = ((config: unknown, ...rest: unknown[]) => {
    const answer = query(config, ...rest)
    return isPlainRead(config) ? answer : answer.finally(() => (count += 1))
  }) as unknown as Pool['query']

  const connect = pool.connect.bind(pool) as unknown as Connect
  pool.connect = ((callback?: unknown) => {
    // With a callback it is the pool itself, on its way to run one of the queries above.
    if (callback !== undefined) return connect(callback)
    return connect()!.then((client) => {
      const release = client.release.bind(client)
      client.release = (error) => {
        count += 1
        release(error)
      }
      return client
    })
  }) as unknown as Pool['connect']
  return () => count
}

/** A query of the query builder, without a callback, that only reads: its rows come as arrays. */
export function isPlainRead(config: unknown): config is { text: string } {
  if (typeof config !== 'object' || config === null || !('text' in config)) return false
  const { text, rowMode } = config as { text: string; rowMode?: string }
  return rowMode === 'array' && text.startsWith('select ') && !/ for (?:update|share|no key)/.test(text)
}
