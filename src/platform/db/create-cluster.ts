import { spawn } from 'node:child_process'
import { chown, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { dbErrors } from './errors.ts'
import { canEnter, type RunAs } from './run-as.ts'
import { isAlive } from './running-server.ts'

/** Nothing from the caller's environment: PGDATA, PGPORT and the like would change what these programs do. */
export const serverEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/**
 * Whether the directory holds a data directory of this PostgreSQL. False when there is nothing yet; anything else
 * is refused, because starting on it would fail with words that help nobody.
 */
export async function hasCluster(dataDir: string, majorVersion: number): Promise<boolean> {
  const entries = await readdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[]
    throw error
  })
  if (entries.length === 0) return false
  if (!entries.includes('PG_VERSION'))
    throw dbErrors.notADatabase(`${dataDir} is not empty and not a database.`)
  const version = Number.parseInt(await readFile(join(dataDir, 'PG_VERSION'), 'utf8'), 10)
  if (version !== majorVersion) {
    throw dbErrors.otherMajorVersion(
      `${dataDir} was written by PostgreSQL ${version}; this release runs PostgreSQL ${majorVersion}.`,
      { detail: { dataDir, version, majorVersion } },
    )
  }
  return true
}

/** Makes a new data directory beside its place and moves it there, so that it is whole or not there. */
export async function createCluster(options: {
  dataDir: string
  binaries: Binaries
  user: RunAs
  /** Whether it has to outlive a power cut. */
  isDurable: boolean
}): Promise<void> {
  const { dataDir, user } = options
  await sweepDrafts(dataDir)
  const draft = `${dataDir}.new-${process.pid}`
  await mkdir(draft, { mode: 0o700 })
  if (user.isOther) await chown(draft, user.uid, user.gid)
  try {
    await runInitdb(draft, options)
    await rename(draft, dataDir)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

/**
 * How to name a data directory to a program that runs inside it as `user`. Where that user cannot walk down to it
 * from the root (a home directory of mode 0700), Linux lets it use the directory it already stands in.
 */
export async function nameInside(dataDir: string, user: RunAs): Promise<string> {
  const isReachable = process.platform !== 'linux' || (await canEnter(dirname(dataDir), user))
  return isReachable ? dataDir : '/proc/self/cwd'
}

async function runInitdb(
  dir: string,
  { binaries, user, isDurable }: { binaries: Binaries; user: RunAs; isDurable: boolean },
): Promise<void> {
  const args = ['-D', await nameInside(dir, user), '--username=creatorops', '--encoding=UTF8', '--locale=C']
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions')
  // The socket is in a directory that only its owner can enter; over the network nobody gets in.
  args.push('--auth-local=trust', '--auth-host=reject', ...(isDurable ? [] : ['--no-sync']))
  const ids = user.isOther ? { uid: user.uid, gid: user.gid } : {}
  const child = spawn(binaries.initdb, args, {
    cwd: dir,
    env: serverEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...ids,
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).catch((cause: unknown) => {
    throw dbErrors.startFailed(`${binaries.initdb} cannot be run.`, { cause })
  })
  if (code !== 0)
    throw dbErrors.startFailed(`The database could not be created: ${output.trim().slice(-1_000)}`)
}

async function sweepDrafts(dataDir: string): Promise<void> {
  const prefix = `${basename(dataDir)}.new-`
  for (const name of await readdir(dirname(dataDir))) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue
    await rm(join(dirname(dataDir), name), { recursive: true, force: true })
  }
}
