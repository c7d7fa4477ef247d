import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startApp, type TestApp } from '../test/e2e/start-app.ts'
import { type Line, median } from './line.ts'
import { familyOf, type ProcessUse } from './processes.ts'

const creatorops = resolve(import.meta.dirname, '../bin/creatorops')
/** After the start, until what was needed only for it is given back. */
const settleMs = 10_000

/**
 * From the command to "ready", which means that a worker consumes: first on an empty data directory, then on the one
 * that is there; what all processes of an idle installation hold in memory; and how long the command line takes to
 * say something.
 */
export async function benchStart(options: { warmStarts?: number } = {}): Promise<Line[]> {
  const { warmStarts = 3 } = options
  const first = await timed(() => startApp())
  let app: TestApp = first.result
  try {
    const warmMs: number[] = []
    for (let turn = 0; turn < warmStarts; turn++) {
      await app.shutDown()
      const warm = await timed(() => app.restart())
      app = warm.result
      warmMs.push(warm.ms)
    }
    await delay(settleMs)
    const family = await familyOf(app.pid)
    const helpMs = []
    for (let turn = 0; turn < warmStarts; turn++) helpMs.push((await timed(() => runCommand(['--help']))).ms)
    return [
      judged('time to ready, first start', first.ms / 1000, 's', 15),
      judged('time to ready, warm start', median(warmMs) / 1000, 's', 5),
      ...memoryLines(app.pid, family),
      { what: 'creatorops --help', value: median(helpMs), unit: 'ms' },
    ]
  } finally {
    await app.stop()
  }
}

function memoryLines(serverPid: number, family: ProcessUse[]): Line[] {
  const megabytes = (some: ProcessUse[]) => some.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) / 1e6
  const server = family.filter(({ pid }) => pid === serverPid)
  const database = family.filter(({ name }) => name.startsWith('postgres'))
  const rest = family.filter((one) => !server.includes(one) && !database.includes(one))
  const line = (what: string, value: number): Line => ({ what: `idle memory, ${what}`, value, unit: 'MB' })
  return [
    judged('idle memory, everything', megabytes(family), 'MB', 1_000),
    line('API, worker and Studio', megabytes(server)),
    line('database', megabytes(database)),
    line('workflow engine', megabytes(rest)),
  ]
}

function judged(what: string, value: number, unit: string, limit: number): Line {
  return { what, value, unit, target: `< ${limit} ${unit}`, isMet: value < limit }
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const startedAt = performance.now()
  const result = await work()
  return { result, ms: performance.now() - startedAt }
}

async function runCommand(args: string[]): Promise<void> {
  const child = spawn(creatorops, args, { stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number]
  if (code !== 0) throw new Error(`creatorops ${args.join(' ')} ended with ${code}`)
}
