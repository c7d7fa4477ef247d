import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { eq } from 'drizzle-orm'

import type { Db } from '../db/client.ts'
import { silentLog, type Logger } from '../log/log.ts'
import type { StepHandler, WorkflowHandler } from './define.ts'
import { startDispatcher, type Dispatcher } from './dispatcher.ts'
import { startEngine, type Engine } from './engine.ts'
import { isEngineProcess, isRunning } from './engine-process.ts'
import { freeEnginePorts } from './ports.ts'
import { runFromRow, type Run } from './run.ts'
import { runs } from './schema.ts'
import { startWorker, type Worker } from './worker.ts'

const dirPrefix = 'creatorops-test-engine-'

// One engine per process and mode, since each takes half a second and 150 MB: the only state that tests share here.
const engines = new Map<boolean, Promise<Engine>>()

/**
 * The engine of this test process, on free ports, with its data in a temporary directory. With `forcedReplay` it
 * suspends and replays workflows at every wait, which finds code that is not deterministic. Ends with the process.
 */
export function testEngine(options: { forcedReplay?: boolean } = {}): Promise<Engine> {
  const forcedReplay = options.forcedReplay ?? false
  let engine = engines.get(forcedReplay)
  if (!engine) {
    engine = startShared(forcedReplay)
    engines.set(forcedReplay, engine)
  }
  return engine
}

async function startShared(forcedReplay: boolean): Promise<Engine> {
  removeLeftovers()
  const home = mkdtempSync(join(tmpdir(), `${dirPrefix}${process.pid}-`))
  const ports = await freeEnginePorts()
  const engine = await startEngine({ home, log: silentLog(), ports, inactivityS: forcedReplay ? 0 : 300 })
  process.once('exit', () => {
    if (engine.pid !== undefined && isRunning(engine.pid)) process.kill(engine.pid, 'SIGKILL')
    rmSync(home, { recursive: true, force: true })
  })
  return engine
}

/** Engines of test processes that were killed would otherwise live for ever: they are processes of their own. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = new RegExp(`^${dirPrefix}(\\d+)-`).exec(name)?.[1]
    if (!owner || isRunning(Number(owner))) continue
    const dir = join(tmpdir(), name)
    try {
      const { pid } = JSON.parse(readFileSync(join(dir, 'restate', 'engine.pid.json'), 'utf8')) as {
        pid: number
      }
      if (isEngineProcess(pid, join(dir, 'restate', 'restate.toml'))) process.kill(pid, 'SIGKILL')
    } catch {
      // No pid file: that engine never started, or was stopped in order.
    }
    rmSync(dir, { recursive: true, force: true })
  }
}

export type TestDurable = {
  engine: Engine
  namespace: string
  worker: Worker
  dispatcher: Dispatcher
  /** Polls until the run is in one of the states, by default any final one, and returns it. */
  waitFor(runId: string, states?: Run['state'][], timeoutMs?: number): Promise<Run>
  stop(): Promise<void>
}

/** A worker and a dispatcher for steps and workflows of a test, on the shared engine, under names of their own. */
export async function startTestDurable(options: {
  db: Db
  databaseUrl: string
  steps: StepHandler[]
  workflows: WorkflowHandler[]
  cpuSlots?: number
  forcedReplay?: boolean
  engine?: Engine
  namespace?: string
  port?: number
  log?: Logger
}): Promise<TestDurable> {
  const engine = options.engine ?? (await testEngine(options))
  const namespace = options.namespace ?? `t${randomBytes(4).toString('hex')}_`
  const log = options.log ?? silentLog()
  const { db, databaseUrl, steps, workflows, cpuSlots = 2, port = 0 } = options
  const worker = startWorker({ db, log, engine, steps, workflows, cpuSlots, port, namespace })
  const dispatcher = startDispatcher({ db, databaseUrl, log, engine, namespace })
  await worker.ready
  await dispatcher.poke()
  return {
    engine,
    namespace,
    worker,
    dispatcher,
    waitFor: (runId, states, timeoutMs) => waitForRun(db, runId, states, timeoutMs),
    async stop() {
      await dispatcher.stop()
      await worker.stop()
    },
  }
}

/** Polls a run's row until it is in one of the states; throws with the row when the time is over. */
export async function waitForRun(
  db: Db,
  runId: string,
  states: Run['state'][] = ['succeeded', 'failed', 'cancelled'],
  timeoutMs = 20_000,
): Promise<Run> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const [row] = await db.select().from(runs).where(eq(runs.id, runId))
    if (row && states.includes(row.state)) return runFromRow(row)
    if (performance.now() > deadline) throw new Error(`The run did not get there: ${JSON.stringify(row)}`)
    await delay(20)
  }
}
