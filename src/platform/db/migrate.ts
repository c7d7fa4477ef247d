import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Client } from 'pg'
import type { Logger } from '../log/log.ts'
import { dbErrors } from './errors.ts'

/** Where drizzle-kit writes the migrations of this release. */
export const migrationsDir = resolve(import.meta.dirname, '../../../drizzle')

/** Any number, as long as nobody else on the database locks the same. */
const lockKey = 7_242_618_093

const oldestMajor = 15

type Migration = { name: string; sha256: string; sql: string }

/**
 * Brings a database to the schema of this release: applies each migration it does not have yet, in the order of
 * their names, each in its own transaction; one that was merged later under an earlier name is applied too.
 * Processes that do this at once wait for each other. Fails with `db.migrationEdited` before anything is applied
 * when a migration the database has is not the one in the directory. Returns the names it applied.
 * `only` leaves out all others, for a backup of an older release.
 */
export async function migrate(
  url: string,
  log: Logger,
  options: { dir?: string; only?: ReadonlySet<string> } = {},
): Promise<string[]> {
  const all = await readMigrations(options.dir ?? migrationsDir)
  const client = await connect(url)
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey])
    await client.query(`create table if not exists schema_migrations (
      name text primary key, sha256 text not null, applied_at timestamptz not null default now())`)
    const missing = compare(all, await appliedMigrations(client), log)
    const wanted = missing.filter(({ name }) => options.only?.has(name) ?? true)
    for (const migration of wanted) {
      await apply(client, migration)
      log.info({ migration: migration.name }, 'the database was migrated')
    }
    return wanted.map((migration) => migration.name)
  } finally {
    await client.end() // releases the lock
  }
}

async function readMigrations(dir: string): Promise<Migration[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(dir, name), 'utf8')
      return { name, sha256: createHash('sha256').update(sql).digest('hex'), sql }
    }),
  )
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: 'creatorops migrate' })
  client.on('error', () => undefined) // the query that runs then fails with it
  try {
    await client.connect()
  } catch (cause) {
    throw dbErrors.unreachable(`The database does not answer: ${(cause as Error).message}`, { cause })
  }
  const { rows } = await client.query<{ version: number }>(
    "select current_setting('server_version_num')::int / 10000 as version",
  )
  if (rows[0]!.version >= oldestMajor) return client
  await client.end()
  throw dbErrors.tooOld(`The database is PostgreSQL ${rows[0]!.version}.`)
}

async function appliedMigrations(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; sha256: string }>(
    'select name, sha256 from schema_migrations',
  )
  return new Map(rows.map((row) => [row.name, row.sha256]))
}

function compare(all: Migration[], applied: Map<string, string>, log: Logger): Migration[] {
  const edited = all.find(({ name, sha256 }) => applied.has(name) && applied.get(name) !== sha256)
  if (edited) throw dbErrors.migrationEdited(`The migration ${edited.name} is not the one this database has.`)
  const unknown = [...applied.keys()].filter((name) => !all.some((migration) => migration.name === name))
  // An older release beside a newer one, while a new release is rolled out: its migrations only add.
  if (unknown.length > 0) log.warn({ unknown }, 'the database has migrations that this release does not know')
  return all.filter(({ name }) => !applied.has(name))
}

async function apply(client: Client, { name, sha256, sql }: Migration): Promise<void> {
  try {
    await client.query('begin')
    // A lock that is waited for blocks everybody behind it; rather fail and try at the next start.
    await client.query("set local lock_timeout = '30s'")
    await client.query(sql)
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [name, sha256])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw dbErrors.migrationFailed(`The migration ${name} failed: ${(cause as Error).message}`, { cause })
  }
}
