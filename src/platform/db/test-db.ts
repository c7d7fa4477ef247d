import { randomBytes } from 'node:crypto'
import { drizzle } from 'drizzle-orm/node-postgres'
import { Pool } from 'pg'
import type { Db, OpenDb } from './client.ts'
import { withDatabase } from './database-url.ts'
import { type TestServer, inDatabase, openTestServer } from './test-server.ts'

/** A database of one test's own. */
export type FreshDb = Omit<OpenDb, 'writes'> & { url: string }

let server: Promise<TestServer> | undefined
let shared: Promise<FreshDb> | undefined

class Undo extends Error {}

/**
 * Runs a test in a transaction on this process's migrated database and undoes everything it did. Transactions
 * inside become savepoints. What needs commits, LISTEN or several connections takes `freshDb`.
 */
export async function withDb<T>(test: (db: Db) => Promise<T>): Promise<T> {
  const { db } = await (shared ??= freshDb())
  let result: T | undefined
  try {
    await db.transaction(async (tx) => {
      result = await test(tx)
      throw new Undo()
    })
  } catch (error) {
    if (!(error instanceof Undo)) throw error
  }
  return result as T
}

/** A new migrated database, copied from the template. `close` also drops it. */
export async function freshDb(): Promise<FreshDb> {
  const { adminUrl, template } = await (server ??= open())
  return createDatabase(adminUrl, `${template}_${suffix()}`, template)
}

/** A new database without any table. */
export async function emptyDb(): Promise<FreshDb> {
  const { adminUrl, template } = await (server ??= open())
  return createDatabase(adminUrl, `${template}_${suffix()}`, 'template0')
}

async function createDatabase(adminUrl: string, name: string, template: string): Promise<FreshDb> {
  await inDatabase(adminUrl, (client) => client.query(`create database ${name} template ${template}`))
  const url = withDatabase(adminUrl, name)
  // Idle connections must not keep a finished test process alive.
  const pool = new Pool({ connectionString: url, max: 10, allowExitOnIdle: true })
  pool.on('error', () => undefined)
  return {
    db: drizzle(pool) as unknown as Db,
    pool,
    url,
    async close() {
      await pool.end()
      await inDatabase(adminUrl, (client) => client.query(`drop database ${name} with (force)`))
    },
  }
}

/** Every database of a run begins with the name of its template, so that the run can clean up after itself. */
function suffix(): string {
  return randomBytes(6).toString('hex')
}

/** The process's server; it ends with the process. */
async function open(): Promise<TestServer> {
  const opened = await openTestServer()
  let isStopping = false
  process.once('beforeExit', () => {
    isStopping = true
    void close(opened)
  })
  process.once('exit', () => {
    if (isStopping) return
    opened.stopNow()
  })
  return opened
}

async function close(opened: TestServer): Promise<void> {
  const database = await shared
  await database?.close()
  await opened.stop()
}
