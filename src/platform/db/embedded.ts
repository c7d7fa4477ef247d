import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { type FileHandle, chown, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { Logger } from '../log/log.ts'
import { type Binaries, prepareBinaries } from './binaries.ts'
import { createCluster, hasCluster, nameInside, serverEnv } from './create-cluster.ts'
import { dbErrors } from './errors.ts'
import { type RunAs, chooseUser } from './run-as.ts'
import { askServer, clearStaleLocks, findServer, isAlive } from './running-server.ts'
import { prepareSocketDir, socketUrl } from './socket.ts'

export type EmbeddedPostgres = {
  /** Reaches the database over a unix socket. */
  url: string
  pid: number
  /** Whether the server was running already, left behind by a process of ours that was killed. */
  adopted: boolean
  /** Resolves when the server ends although `stop` was not called. Starting it again on the same directory recovers. */
  died: Promise<void>
  /** Ends sessions, writes everything out, and ends the server. */
  stop(): Promise<void>
}

export type EmbeddedOptions = {
  dataDir: string
  log: Logger
  /** Server settings over ours; tests turn `fsync` off. */
  settings?: Record<string, string>
  /** How long recovery after a crash may take. Default 5 minutes. */
  startTimeoutMs?: number
}

/** For one machine with other things to do; memory is taken as it is used. */
const defaultSettings = {
  cluster_name: 'creatorops',
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '80',
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  io_method: 'sync',
  jit: 'off',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC',
}

const maxLogBytes = 10 * 1024 * 1024

/**
 * Starts PostgreSQL on a data directory, creating it if needed, and makes the database `creatorops`.
 * A server that a killed process of ours left running is adopted. The server is its own process group, so that
 * Ctrl-C reaches us first. Fails with a row of `dbErrors`.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { log } = options
  const dataDir = resolve(options.dataDir)
  const settings = { ...defaultSettings, ...options.settings }
  const timeoutMs = options.startTimeoutMs ?? 300_000
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o700 })
  const user = await chooseUser(dataDir)
  const binaries = await prepareBinaries({ besideDir: dirname(dataDir), user })
  const isThere = await hasCluster(dataDir, binaries.majorVersion)
  const socketDir = await prepareSocketDir(dataDir, user)

  const orphan = isThere ? await adopt(dataDir, socketDir, timeoutMs) : undefined
  if (orphan !== undefined) {
    log.info({ pid: orphan, dataDir }, 'the database was still running and is used again')
    return handle({ pid: orphan, adopted: true, dataDir, socketDir })
  }
  if (isThere) await clearStaleLocks(dataDir, socketDir)
  else await createCluster({ dataDir, binaries, user, isDurable: options.settings?.['fsync'] !== 'off' })

  const child = await launch({ dataDir, socketDir, binaries, user, settings })
  await waitUntilReady(child, { dataDir, socketDir, timeoutMs })
  await ensureDatabase(socketDir)
  log.info({ pid: child.pid, dataDir }, 'the database is ready')
  return handle({ pid: child.pid!, adopted: false, dataDir, socketDir, child })
}

/**
 * The process id of a server that already works in the directory and answers on our socket. One that is shutting
 * down is waited for. Fails with `db.locked` when it is there and does not answer us: somebody else started it.
 */
async function adopt(dataDir: string, socketDir: string, timeoutMs: number): Promise<number | undefined> {
  const deadline = Date.now() + timeoutMs
  let silentSince: number | undefined
  for (;;) {
    const running = await findServer(dataDir)
    if (!running) return undefined
    const answer = running.postmaster ? await askServer(socketDir) : 'silent'
    if (answer === 'ready') return running.postmaster
    silentSince = answer === 'silent' ? (silentSince ?? Date.now()) : undefined
    const isStuck = silentSince !== undefined && Date.now() - silentSince > 5_000
    if (isStuck || Date.now() > deadline) {
      const pid = running.postmaster ?? running.processes[0]
      throw dbErrors.locked(`Process ${pid} uses ${dataDir} and does not answer.`, {
        detail: { pid, dataDir },
      })
    }
    await delay(20)
  }
}

type Launch = {
  dataDir: string
  socketDir: string
  binaries: Binaries
  user: RunAs
  settings: Record<string, string>
}

async function launch({ dataDir, socketDir, binaries, user, settings }: Launch): Promise<ChildProcess> {
  const logFile = await openLog(dataDir, user)
  try {
    const args = ['-D', await nameInside(dataDir, user), '-k', socketDir === dataDir ? '.' : socketDir]
    args.push(...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]))
    const child = spawn(binaries.postgres, args, {
      cwd: dataDir,
      env: serverEnv,
      stdio: ['ignore', logFile.fd, logFile.fd],
      detached: true,
      ...(user.isOther ? { uid: user.uid, gid: user.gid } : {}),
    })
    await new Promise<void>((started, reject) => child.once('spawn', started).once('error', reject))
    child.unref()
    return child
  } catch (cause) {
    throw dbErrors.startFailed(`${binaries.postgres} cannot be run.`, { cause })
  } finally {
    await logFile.close()
  }
}

async function openLog(dataDir: string, user: RunAs): Promise<FileHandle> {
  const path = logPath(dataDir)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  if (user.isOther) await chown(dirname(path), user.uid, user.gid)
  const sizeBytes = await stat(path).then(
    (file) => file.size,
    () => 0,
  )
  if (sizeBytes > maxLogBytes) await rename(path, `${path}.old`)
  const flags = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW
  return open(path, flags, 0o600)
}

async function waitUntilReady(
  child: ChildProcess,
  { dataDir, socketDir, timeoutMs }: { dataDir: string; socketDir: string; timeoutMs: number },
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while ((await askServer(socketDir)) !== 'ready') {
    const hasEnded = child.exitCode !== null || child.signalCode !== null
    if (!hasEnded && Date.now() < deadline) {
      await delay(15)
      continue
    }
    if (!hasEnded) child.kill('SIGQUIT')
    const tail = (await readFile(logPath(dataDir), 'utf8')).trimEnd().split('\n').slice(-5).join(' | ')
    throw dbErrors.startFailed(`PostgreSQL ${hasEnded ? 'ended at once' : 'is not ready in time'}: ${tail}`)
  }
}

async function ensureDatabase(socketDir: string): Promise<void> {
  const client = new Client({ connectionString: socketUrl(socketDir, 'postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query("select from pg_database where datname = 'creatorops'")
    if (rowCount === 0) await client.query('create database creatorops')
  } finally {
    await client.end()
  }
}

type Server = { pid: number; adopted: boolean; dataDir: string; socketDir: string; child?: ChildProcess }

function handle({ pid, adopted, dataDir, socketDir, child }: Server): EmbeddedPostgres {
  let isStopping = false
  const ended = child ? endOfChild(child) : undefined
  const died = ended ?? endOfOther(pid)
  return {
    url: socketUrl(socketDir, 'creatorops'),
    pid,
    adopted,
    died: new Promise((tell) => void died.then(() => isStopping || tell())),
    async stop() {
      if (isStopping) return died
      isStopping = true
      // SIGINT is the fast shutdown; SIGQUIT the immediate one, after which the next start recovers from the log.
      for (const [signal, waitMs] of [
        ['SIGINT', 20_000],
        ['SIGQUIT', 10_000],
      ] as const) {
        if (!isAlive(pid)) return
        process.kill(pid, signal)
        child?.ref()
        if (!(await endsWithin(died, waitMs))) continue
        if (socketDir !== dataDir) await rm(socketDir, { recursive: true, force: true })
        return
      }
      throw dbErrors.startFailed(`PostgreSQL (process ${pid}) does not end.`)
    },
  }
}

/** Keeps the process alive meanwhile: the looks at a server that is not our child do not. */
async function endsWithin(ended: Promise<void>, waitMs: number): Promise<boolean> {
  const timer = new AbortController()
  try {
    return await Promise.race([ended.then(() => true), delay(waitMs, false, { signal: timer.signal })])
  } finally {
    timer.abort()
  }
}

function endOfChild(child: ChildProcess): Promise<void> {
  return new Promise((ended) => {
    if (child.exitCode !== null || child.signalCode !== null) ended()
    else child.once('exit', () => ended())
  })
}

/** Nobody tells us when a process ends that is not our child. */
async function endOfOther(pid: number): Promise<void> {
  while (isAlive(pid)) await delay(50, undefined, { ref: false })
}

function logPath(dataDir: string): string {
  return join(dataDir, 'log/postgres.log')
}
