import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A process and everything below it. */
export function processTree(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = parentOf(Number(name))
    if (parent !== undefined) parents.set(Number(name), parent)
  }
  const tree = [pid]
  for (const member of tree)
    tree.push(...[...parents].filter(([, parent]) => parent === member).map(([child]) => child))
  return tree
}

/** Whether it runs; one that only waits to be collected does not. */
export function isRunning(pid: number): boolean {
  return parentOf(pid) !== undefined
}

/** The words it was started with; nothing for one that is gone. */
export function commandOf(pid: number): string {
  return readOr(`/proc/${pid}/cmdline`, '').replaceAll('\0', ' ')
}

/** Memory of some processes, where what they share counts once. */
export function memoryBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const text = readOr(`/proc/${pid}/smaps_rollup`, '')
    return sum + Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024
  }, 0)
}

/** Ids of the database server and the engine that a data directory names. */
export function serversOf(home: string): { database: number; engine: number } {
  const engine = JSON.parse(readFileSync(join(home, 'restate/engine.pid.json'), 'utf8')) as { pid: number }
  const database = Number.parseInt(readFileSync(join(home, 'db/postmaster.pid'), 'utf8'), 10)
  return { database, engine: engine.pid }
}

/** Processes that work for a data directory: named in their arguments, their place or their environment. */
export function processesOf(home: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => {
      const command = commandOf(Number(pid))
      const environment = readOr(`/proc/${pid}/environ`, '')
      const isOfHome = command.includes(home) || environment.includes(`CREATOROPS_HOME=${home}\0`)
      return isOfHome && isRunning(Number(pid)) ? [`${pid} ${command.slice(0, 100)}`] : []
    })
}

function parentOf(pid: number): number | undefined {
  const stat = readOr(`/proc/${pid}/stat`, '')
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return stat === '' || state === 'Z' ? undefined : Number(parent)
}

function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // Gone meanwhile, or not ours to look into.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return fallback
    throw error
  }
}
