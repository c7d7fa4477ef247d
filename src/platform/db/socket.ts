import { createHash } from 'node:crypto'
import { chown, lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dbErrors } from './errors.ts'
import type { RunAs } from './run-as.ts'

/** Only names the socket file; nothing listens on a network port. */
const port = 5432
export const socketName = `.s.PGSQL.${port}`

/** sockaddr_un holds 104 bytes on macOS and 108 on Linux, the closing zero included. */
const maxPathBytes = 100

/**
 * The directory of the server's socket: the data directory itself (0700), or, where that path is too long for a
 * socket, a directory of the same user (0700) in the temporary directory, named after the data directory.
 */
export async function prepareSocketDir(dataDir: string, user: RunAs): Promise<string> {
  if (Buffer.byteLength(join(dataDir, socketName)) < maxPathBytes) return dataDir
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  const base = Buffer.byteLength(tmpdir()) < 50 ? tmpdir() : '/tmp'
  const dir = join(base, `creatorops-${user.uid}-${name}`)
  try {
    await mkdir(dir, { mode: 0o700 })
    if (user.isOther) await chown(dir, user.uid, user.gid)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const { uid, mode } = await lstat(dir)
    const isPrivate = uid === user.uid && (mode & 0o170_777) === 0o040_700
    if (!isPrivate)
      throw dbErrors.startFailed(`${dir} exists and is not a private directory of user ${user.uid}.`)
  }
  return dir
}

/** A connection URL for a database behind a socket. */
export function socketUrl(socketDir: string, database: string): string {
  return `postgres://creatorops@/${database}?host=${encodeURIComponent(socketDir)}&port=${port}`
}
