import { mkdir, rm } from 'node:fs/promises'
import { Client } from 'pg'
import type { Logger } from '../log/log.ts'
import { type Manifest, assertFree, copyTree, writeManifest } from './backup-files.ts'
import { dbErrors } from './errors.ts'
import { exportRows } from './logical-backup.ts'
import { copyCluster } from './physical-backup.ts'

export type BackupOptions = {
  url: string
  /** Data directory of the bundled server; without it the rows are exported, which works on any server. */
  dataDir?: string
  /** A directory that does not exist yet, or is empty. */
  out: string
  /** Files and directories to keep beside the database, by name; those that do not exist are left out. */
  extras?: Record<string, string>
  log: Logger
}

export type BackupSummary = { out: string; kind: Manifest['kind']; files: number; sizeBytes: number }

/**
 * Writes a backup while everybody goes on working. Extras are copied after the database: a file is stored before
 * the row that names it, so every file that a row of the backup names is there.
 * A backup that fails leaves nothing behind.
 */
export async function backup(options: BackupOptions): Promise<BackupSummary> {
  const { out, log } = options
  await assertFree(out)
  await mkdir(out, { recursive: true, mode: 0o700 })
  try {
    const manifest = await copyDatabase(options)
    for (const [name, path] of Object.entries(options.extras ?? {})) {
      const copied = await copyTree(path, { toRoot: out, to: `extras/${name}`, mayVanish: true }).catch(
        ignoreAbsent,
      )
      if (!copied) continue
      manifest.extras.push(name)
      manifest.directories.push(...copied.directories)
      manifest.files.push(...copied.files)
    }
    await writeManifest(out, manifest)
    const sizeBytes = manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0)
    const summary = { out, kind: manifest.kind, files: manifest.files.length, sizeBytes }
    log.info(summary, 'the backup is complete')
    return summary
  } catch (error) {
    await rm(out, { recursive: true, force: true })
    throw error
  }
}

async function copyDatabase({ url, dataDir, out }: BackupOptions): Promise<Manifest> {
  const client = new Client({ connectionString: url, application_name: 'creatorops backup' })
  client.on('error', () => undefined) // the query that runs then fails with it
  try {
    await client.connect()
  } catch (cause) {
    throw dbErrors.unreachable(`The database does not answer: ${(cause as Error).message}`, { cause })
  }
  try {
    const { rows } = await client.query<{ version: number }>(
      "select current_setting('server_version_num')::int / 10000 as version",
    )
    const head = { format: 1 as const, createdAt: new Date().toISOString(), majorVersion: rows[0]!.version }
    const none = { extras: [], migrations: {}, rowCounts: {}, sequences: [] }
    if (dataDir === undefined)
      return { ...head, ...none, kind: 'logical', ...(await exportRows(client, out)) }
    return { ...head, ...none, kind: 'physical', ...(await copyCluster(client, dataDir, out)) }
  } finally {
    await client.end()
  }
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}
