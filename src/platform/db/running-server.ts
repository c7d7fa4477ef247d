import { execFile } from 'node:child_process'
import { readFile, readdir, readlink, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { socketName, socketUrl } from './socket.ts'

/** The processes of a PostgreSQL server that work in a data directory; `postmaster` is absent when it was killed. */
export type RunningServer = { postmaster?: number; processes: number[] }

/** Looks at the processes of this machine, not only at `postmaster.pid`: its number may have passed to another program. */
export async function findServer(dataDir: string): Promise<RunningServer | undefined> {
  const noted = await notedPid(dataDir)
  const processes =
    process.platform === 'linux' ? await processesIn(dataDir) : await namedProcess(noted, dataDir)
  if (processes.length === 0) return undefined
  return { processes, ...(noted && processes.includes(noted) ? { postmaster: noted } : {}) }
}

/**
 * Removes the lock files of a server that is gone. PostgreSQL does so itself, except when the number in them belongs
 * to another process by now (usual after a restart of a container), or when a power cut left them empty.
 * Only right after `findServer` found nothing.
 */
export async function clearStaleLocks(dataDir: string, socketDir: string): Promise<void> {
  await rm(join(dataDir, 'postmaster.pid'), { force: true })
  await rm(join(socketDir, `${socketName}.lock`), { force: true })
  await rm(join(socketDir, socketName), { force: true })
}

export type Answer = 'ready' | 'busy' | 'silent'

/** Asks a server for a connection: `busy` while it starts, recovers or shuts down. */
export async function askServer(socketDir: string): Promise<Answer> {
  const client = new Client({
    connectionString: socketUrl(socketDir, 'postgres'),
    connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return 'ready'
  } catch (error) {
    const { code = '' } = error as { code?: string }
    // https://www.postgresql.org/docs/current/errcodes-appendix.html: cannot_connect_now, too_many_connections
    if (code === '57P03') return 'busy'
    return code === '53300' ? 'ready' : 'silent'
  } finally {
    await client.end().catch(() => undefined)
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function notedPid(dataDir: string): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'), 10)
    return Number.isNaN(pid) ? undefined : Math.abs(pid)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Every PostgreSQL process works inside its data directory, however that was named when it was started. */
async function processesIn(dataDir: string): Promise<number[]> {
  const real = await realpath(dataDir).catch(() => undefined)
  if (!real) return []
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        if ((await readFile(`/proc/${pid}/comm`, 'utf8')) !== 'postgres\n') return false
        return (await readlink(`/proc/${pid}/cwd`)) === real
      } catch (error) {
        // Gone meanwhile, or of a user whose processes we may not look into and who cannot own this directory.
        if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
          return false
        throw error
      }
    }),
  )
  return pids.filter((_, index) => found[index]).map(Number)
}

async function namedProcess(pid: number | undefined, dataDir: string): Promise<number[]> {
  if (pid === undefined || !isAlive(pid)) return []
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)])
  return stdout.includes(dataDir) ? [pid] : []
}
