import { Client } from 'pg'
import { withDatabase } from './database-url.ts'
import { dbErrors } from './errors.ts'

export type CheckSummary = { databases: number; tables: number; indexes: number }

/**
 * Reads every table and index of every database of a server and compares them (amcheck). Fails with
 * `db.restoreFailed` at the first damage. The user must be a superuser, as ours is on the bundled server.
 */
export async function checkDatabases(url: string): Promise<CheckSummary> {
  const summary = { databases: 0, tables: 0, indexes: 0 }
  for (const database of await databasesOf(url)) {
    await inClient(withDatabase(url, database), async (client) => {
      await client.query('create extension if not exists amcheck')
      summary.tables += await checkTables(client)
      summary.indexes += await checkIndexes(client)
      summary.databases++
    })
  }
  return summary
}

async function databasesOf(url: string): Promise<string[]> {
  return inClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'select datname as name from pg_database where datallowconn and not datistemplate',
    )
    return rows.map((row) => row.name)
  })
}

async function checkTables(client: Client): Promise<number> {
  const { rows } = await client.query<{ oid: number; name: string }>(
    `select oid, oid::regclass::text as name from pg_class where relkind in ('r', 'm', 't') and relpersistence = 'p'`,
  )
  for (const { oid, name } of rows) {
    const { rows: damage } = await client.query<{ msg: string }>(
      'select msg from verify_heapam($1::oid::regclass) limit 1',
      [oid],
    )
    if (damage[0]) throw dbErrors.restoreFailed(`The table ${name} is damaged: ${damage[0].msg}`)
  }
  return rows.length
}

async function checkIndexes(client: Client): Promise<number> {
  const { rows } = await client.query<{ oid: number; name: string }>(
    `select c.oid, c.oid::regclass::text as name from pg_class c join pg_index i on i.indexrelid = c.oid
     join pg_am a on a.oid = c.relam where a.amname = 'btree' and i.indisvalid and c.relpersistence = 'p'`,
  )
  for (const { oid, name } of rows) {
    await client.query('select bt_index_check($1::oid::regclass, true)', [oid]).catch((cause: Error) => {
      throw dbErrors.restoreFailed(`The index ${name} is damaged: ${cause.message}`, { cause })
    })
  }
  return rows.length
}

async function inClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'creatorops check' })
  client.on('error', () => undefined) // the query that runs then fails with it
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
