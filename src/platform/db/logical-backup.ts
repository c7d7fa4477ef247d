import { createReadStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Client } from 'pg'
import { type Copied, type Manifest, writeStream } from './backup-files.ts'
import { dbErrors } from './errors.ts'

const batchRows = 500
const migrationsTable = 'schema_migrations'

type Rows = Copied & Pick<Manifest, 'rowCounts' | 'sequences' | 'migrations'>

/**
 * Writes the rows of every table as JSON lines, all as of one moment; works on any PostgreSQL and between versions.
 * PostgreSQL writes and reads the JSON, so numbers, times and bytes come back exactly.
 */
export async function exportRows(client: Client, out: string): Promise<Rows> {
  const result: Rows = { directories: ['tables'], files: [], rowCounts: {}, sequences: [], migrations: {} }
  await mkdir(join(out, 'tables'), { recursive: true, mode: 0o700 })
  await client.query('begin isolation level repeatable read read only')
  try {
    const tables = await tablesOf(client)
    if (!tables.includes(migrationsTable)) throw dbErrors.nothingHere('The database has no tables of ours.')
    for (const table of tables) {
      const path = `tables/${table}.jsonl`
      let count = 0
      const lines = readTable(client, table, (rows) => (count += rows))
      result.files.push({
        path,
        ...(await writeStream(Readable.from(lines, { objectMode: false }), join(out, path))),
      })
      result.rowCounts[table] = count
    }
    result.sequences = await sequencesOf(client)
    const { rows } = await client.query<{ name: string; sha256: string }>(
      `select name, sha256 from ${migrationsTable}`,
    )
    result.migrations = Object.fromEntries(rows.map(({ name, sha256 }) => [name, sha256]))
    return result
  } finally {
    await client.query('rollback')
  }
}

/** Loads the rows into empty tables of the same shape, all or nothing, and compares the counts. */
export async function importRows(client: Client, root: string, manifest: Manifest): Promise<void> {
  await client.query('begin')
  try {
    // Tables come in any order; references are checked once all rows are there.
    const references = await foreignKeys(client)
    for (const { table, name } of references)
      await client.query(`alter table ${table} drop constraint ${name}`)
    for (const [table, count] of Object.entries(manifest.rowCounts)) {
      if (table === migrationsTable) continue
      await loadTable(client, table, join(root, `tables/${table}.jsonl`))
      const { rows } = await client.query<{ count: string }>(`select count(*) from ${quoted(table)}`)
      if (Number(rows[0]!.count) !== count) {
        throw dbErrors.restoreFailed(`${table} has ${rows[0]!.count} rows instead of ${count}.`)
      }
    }
    for (const { table, name, definition } of references) {
      await client.query(`alter table ${table} add constraint ${name} ${definition}`)
    }
    for (const { name, value, isCalled } of manifest.sequences) {
      await client.query('select setval($1::regclass, $2, $3)', [quoted(name), value, isCalled])
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** Names of the tables in the schema `public`. */
export async function tablesOf(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by tablename`,
  )
  return rows.map((row) => row.name)
}

async function* readTable(
  client: Client,
  table: string,
  onRows: (count: number) => void,
): AsyncGenerator<Buffer> {
  await client.query(
    `declare backup_rows no scroll cursor for select to_json(t)::text as line from ${quoted(table)} t`,
  )
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${batchRows} from backup_rows`)
    if (rows.length === 0) break
    onRows(rows.length)
    yield Buffer.from(rows.map(({ line }) => `${line}\n`).join(''))
  }
  await client.query('close backup_rows')
}

async function loadTable(client: Client, table: string, path: string): Promise<void> {
  const name = quoted(table)
  const columns = await storedColumns(client, table)
  const insert = async (lines: string[]) => {
    if (lines.length === 0) return
    await client.query(
      `insert into ${name} (${columns}) overriding system value
       select ${columns} from json_populate_recordset(null::${name}, $1::json)`,
      [`[${lines.join(',')}]`],
    )
  }
  let batch: string[] = []
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    batch.push(line)
    if (batch.length < batchRows) continue
    await insert(batch)
    batch = []
  }
  await insert(batch)
}

/** Without those that the server computes from the others. */
async function storedColumns(client: Client, table: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [quoted(table)],
  )
  return rows.map((row) => quoted(row.name)).join(', ')
}

async function sequencesOf(client: Client): Promise<Manifest['sequences']> {
  const { rows: names } = await client.query<{ name: string }>(
    `select sequencename as name from pg_sequences where schemaname = 'public' order by 1`,
  )
  const sequences: Manifest['sequences'] = []
  for (const { name } of names) {
    const { rows } = await client.query<{ value: string; isCalled: boolean }>(
      `select last_value::text as value, is_called as "isCalled" from ${quoted(name)}`,
    )
    sequences.push({ name, ...rows[0]! })
  }
  return sequences
}

type Reference = { table: string; name: string; definition: string }

async function foreignKeys(client: Client): Promise<Reference[]> {
  const { rows } = await client.query<Reference>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  )
  return rows
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
