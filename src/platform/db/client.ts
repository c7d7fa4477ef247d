import { drizzle, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import type { PgDatabase } from 'drizzle-orm/pg-core'
import { Pool } from 'pg'
import { countWrites } from './count-writes.ts'
import { nameStatements } from './named-statements.ts'

/** A connection pool or a transaction: whatever a use case is given, it works on either. */
export type Db = PgDatabase<NodePgQueryResultHKT, Record<string, never>>

export type OpenDb = {
  db: Db
  pool: Pool
  /** Goes up before anybody hears that something was written through this pool. */
  writes: () => number
  /** Waits for running queries and closes all connections. */
  close(): Promise<void>
}

/** Opens a pool. `max` connections, default 10; idle ones are closed after 30 s. Does not connect yet. */
export function openDb(url: string, options: { max?: number } = {}): OpenDb {
  const pool = new Pool({ connectionString: url, max: options.max ?? 10, idleTimeoutMillis: 30_000 })
  // An idle connection that the server closes is replaced at the next query; without a listener it would end us.
  pool.on('error', () => undefined)
  nameStatements(pool)
  const writes = countWrites(pool)
  return { db: drizzle(pool) as unknown as Db, pool, writes, close: () => pool.end() }
}
