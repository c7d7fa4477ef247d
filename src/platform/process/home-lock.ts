import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { processErrors } from './errors.ts'

/** Who holds a data directory. `startTicks` tells a process from a later one with the same id. */
type Holder = { pid: number; startTicks: string; url?: string }

export type HomeLock = {
  /** Writes down where the product answers, for the message to a second start. */
  announce(url: string): Promise<void>
  release(): Promise<void>
}

/**
 * Takes a data directory for this process, creating it (0700) if needed.
 * A lock whose process is gone (killed, or the machine restarted) is taken over.
 * Fails with `process.homeInUse` while its holder lives, naming it.
 */
export async function lockHome(home: string): Promise<HomeLock> {
  const path = join(home, 'up.lock')
  const mine: Holder = { pid: process.pid, startTicks: (await startTicks(process.pid)) ?? '' }
  try {
    await mkdir(home, { recursive: true, mode: 0o700 })
    while (!(await claim(path, mine))) {
      const holder = await readHolder(path)
      if (holder && (await isAlive(holder))) {
        const where = holder.url ? ` and answers at ${holder.url}` : ''
        throw processErrors.homeInUse(`Process ${holder.pid} already runs on ${home}${where}.`, {
          detail: { pid: holder.pid, home, url: holder.url },
        })
      }
      await rm(path, { force: true })
    }
  } catch (cause) {
    if (isUnwritable(cause)) throw processErrors.homeUnwritable(`${home} cannot be written.`, { cause })
    throw cause
  }
  return {
    announce: (url) => writeFile(path, JSON.stringify({ ...mine, url })),
    async release() {
      if ((await readHolder(path))?.pid === mine.pid) await rm(path, { force: true })
    },
  }
}

/** Creates the lock file whole or not at all: a link to a finished file either appears or fails. */
async function claim(path: string, holder: Holder): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600 })
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const ticks = await startTicks(holder.pid)
  return ticks === undefined || ticks === holder.startTicks
}

/** When a process started, in clock ticks since boot (field 22 of proc_pid_stat(5)); undefined without /proc. */
async function startTicks(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}

function isUnwritable(error: unknown): boolean {
  return ['EACCES', 'EROFS', 'ENOTDIR', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
}
