import { chown, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Client } from 'pg'
import { sha256File } from '../files/hash-file.ts'
import type { Logger } from '../log/log.ts'
import { type Manifest, assertFree, copyBack, readManifest } from './backup-files.ts'
import { type CheckSummary, checkDatabases } from './check-database.ts'
import { startEmbeddedPostgres } from './embedded.ts'
import { dbErrors } from './errors.ts'
import { importRows, tablesOf } from './logical-backup.ts'
import { migrate } from './migrate.ts'
import { prepareBinaries } from './binaries.ts'
import { chooseUser } from './run-as.ts'

export type RestoreOptions = {
  /** The directory of a backup. */
  from: string
  /** Where the bundled server's data goes, or the URL of an empty database. */
  target: { dataDir: string } | { url: string }
  /** Where the things beside the database go, by the names they were backed up under. */
  extras?: Record<string, string>
  log: Logger
}

export type RestoreSummary = {
  kind: Manifest['kind']
  createdAt: string
  checked?: CheckSummary
  rows?: number
}

/**
 * Brings a backup back into an empty place: every file is compared with its checksum, and the database is started
 * and read from end to end. When anything is wrong, what was restored is removed again.
 */
export async function restore(options: RestoreOptions): Promise<RestoreSummary> {
  const manifest = await readManifest(options.from)
  const places = Object.entries(options.extras ?? {}).filter(([name]) => manifest.extras.includes(name))
  for (const [, path] of places) await assertFree(path)
  const { target } = options
  if ('dataDir' in target) await assertFree(target.dataDir)
  else await assertNoTables(target.url)
  if (manifest.kind === 'physical' && !('dataDir' in target)) {
    throw dbErrors.backupOtherVersion(
      'This backup holds the files of the bundled server, not rows for another one.',
    )
  }
  const made: string[] = []
  try {
    for (const [name, path] of places) {
      made.push(path)
      await copyBack(options.from, manifest, `extras/${name}`, path)
    }
    if ('dataDir' in target) made.push(target.dataDir)
    const summary = await restoreDatabase(options, manifest)
    options.log.info(summary, 'the backup is restored')
    return { kind: manifest.kind, createdAt: manifest.createdAt, ...summary }
  } catch (error) {
    for (const path of made) await rm(path, { recursive: true, force: true })
    throw error
  }
}

async function restoreDatabase(
  { from, target, log }: RestoreOptions,
  manifest: Manifest,
): Promise<{ checked?: CheckSummary; rows?: number }> {
  if (!('dataDir' in target)) return { rows: await loadRows(target.url, from, manifest, log) }
  if (manifest.kind === 'physical') await placeCluster(from, manifest, resolve(target.dataDir))
  const server = await startEmbeddedPostgres({ dataDir: target.dataDir, log })
  try {
    const rows = manifest.kind === 'logical' ? await loadRows(server.url, from, manifest, log) : undefined
    return { checked: await checkDatabases(server.url), ...(rows === undefined ? {} : { rows }) }
  } finally {
    await server.stop()
  }
}

/** Copies the data directory to its place, belonging to the user that will run the server. */
async function placeCluster(from: string, manifest: Manifest, dataDir: string): Promise<void> {
  const parent = dirname(dataDir)
  await mkdir(parent, { recursive: true, mode: 0o700 })
  const user = await chooseUser(dataDir)
  const { majorVersion } = await prepareBinaries({ besideDir: parent, user })
  if (majorVersion !== manifest.majorVersion) {
    throw dbErrors.backupOtherVersion(
      `The backup is of PostgreSQL ${manifest.majorVersion}; this release runs PostgreSQL ${majorVersion}.`,
    )
  }
  const draft = `${dataDir}.new-${process.pid}`
  try {
    await copyBack(from, manifest, 'db', draft)
    if (user.isOther) {
      await chown(draft, user.uid, user.gid)
      for (const entry of await readdir(draft, { recursive: true })) {
        await chown(join(draft, entry), user.uid, user.gid)
      }
    }
    await rename(draft, dataDir)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Makes the tables as they were when the backup was made, loads the rows, and then migrates to this release. */
async function loadRows(url: string, from: string, manifest: Manifest, log: Logger): Promise<number> {
  await verifyFiles(from, manifest)
  const only = new Set(Object.keys(manifest.migrations))
  await migrate(url, log, { only })
  await withClient(url, async (client) => {
    await assertSameMigrations(client, manifest)
    await importRows(client, from, manifest)
  })
  await migrate(url, log)
  return Object.values(manifest.rowCounts).reduce((sum, count) => sum + count, 0)
}

async function verifyFiles(from: string, manifest: Manifest): Promise<void> {
  for (const { path, sha256 } of manifest.files.filter((file) => file.path.startsWith('tables/'))) {
    const found = await sha256File(join(from, path)).catch(() => 'nothing')
    if (found !== sha256) throw dbErrors.backupDamaged(`${path} is not as it was backed up.`)
  }
}

async function assertSameMigrations(client: Client, manifest: Manifest): Promise<void> {
  const { rows } = await client.query<{ name: string; sha256: string }>(
    'select name, sha256 from schema_migrations',
  )
  const here = new Map(rows.map((row) => [row.name, row.sha256]))
  const other = Object.entries(manifest.migrations).find(([name, sha256]) => here.get(name) !== sha256)
  if (other)
    throw dbErrors.backupOtherVersion(`The backup was made with a migration ${other[0]} that is not here.`)
}

async function assertNoTables(url: string): Promise<void> {
  const tables = await withClient(url, tablesOf)
  if (tables.length > 0) throw dbErrors.targetNotEmpty(`The database already has tables (${tables[0]}, …).`)
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'creatorops restore' })
  client.on('error', () => undefined) // the query that runs then fails with it
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
