import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import type { Client } from 'pg'
import { type Copied, copyFile, copyTree, writeStream } from './backup-files.ts'

/** What a running server rebuilds by itself, as pg_basebackup leaves it out: the directories stay, empty. */
const emptied = [
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
]
const leftOut = [
  'postmaster.pid',
  'postmaster.opts',
  'backup_label',
  'tablespace_map',
  'pg_internal.init',
  'log',
]

/**
 * Copies the data directory of a running server, with the write-ahead log that makes the copy whole.
 * Writers go on meanwhile; everything committed before the call is in it.
 * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 */
export async function copyCluster(client: Client, dataDir: string, out: string): Promise<Copied> {
  // A slot of this database connection keeps the log segments that we still have to copy.
  await client.query("select pg_create_physical_replication_slot('creatorops_backup', true, true)")
  const first = await segmentOf(client, "pg_backup_start('creatorops', true)")
  const copied = await copyTree(dataDir, { toRoot: out, to: 'db', isLeftOut, mayVanish: true })
  const { rows } = await client.query<{ labelfile: string; last: string }>(
    'select labelfile, pg_walfile_name(lsn) as last from pg_backup_stop(false)',
  )
  const { labelfile, last } = rows[0]!

  const logs = (await readdir(join(dataDir, 'pg_wal'))).filter((name) => isNeeded(name, first, last))
  for (const name of logs) {
    const path = `db/pg_wal/${name}`
    copied.files.push({ path, ...(await copyFile(join(dataDir, 'pg_wal', name), join(out, path))) })
  }
  const label = await writeStream(Readable.from([Buffer.from(labelfile)]), join(out, 'db/backup_label'))
  copied.files.push({ path: 'db/backup_label', ...label })
  return copied
}

function isLeftOut(path: string): boolean {
  const name = basename(path)
  if (leftOut.includes(name) || name.startsWith('pgsql_tmp')) return true
  return emptied.some((dir) => path.startsWith(`${dir}/`))
}

async function segmentOf(client: Client, lsn: string): Promise<string> {
  const { rows } = await client.query<{ segment: string }>(`select pg_walfile_name(${lsn}) as segment`)
  return rows[0]!.segment
}

/** Segment names sort by position after the eight digits of the timeline. */
function isNeeded(name: string, first: string, last: string): boolean {
  if (name.endsWith('.history')) return true
  if (!/^[0-9A-F]{24}$/.test(name)) return false
  return name.slice(8) >= first.slice(8) && name.slice(8) <= last.slice(8)
}
