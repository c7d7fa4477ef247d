import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { eq, ne } from 'drizzle-orm'

import { systemActor } from '../../kernel/actor.ts'
import { freshDb } from '../db/test-db.ts'
import { silentLog } from '../log/log.ts'
import { admin } from './admin.ts'
import type { WorkflowDefinition } from './define.ts'
import { startDispatcher, type Dispatcher } from './dispatcher.ts'
import { startEngine, type Engine } from './engine.ts'
import { endProcess, isRunning, until } from './engine-process.ts'
import { freeEnginePorts, type EnginePorts } from './ports.ts'
import { runEffects } from './schema.ts'
import { startRun } from './start-run.ts'
import { waitForRun } from './test-engine.ts'
import { failWorkflow, holdWorkflow, openGate, readTrace, storyWorkflow } from './test-workflows.ts'

const actor = systemActor('test', 'ws_1')
const log = silentLog()

describe('when processes are killed', () => {
  let own: Awaited<ReturnType<typeof freshDb>>
  let home: string
  let ports: EnginePorts
  let engine: Engine
  let dispatcher: Dispatcher
  let worker: { process: ChildProcess; port: number } | undefined
  let dir: string

  before(async () => {
    own = await freshDb()
    home = mkdtempSync(join(tmpdir(), 'creatorops-crash-'))
    ports = await freeEnginePorts()
    engine = await startEngine({ home, log, ports })
    dispatcher = startDispatcher({ db: own.db, databaseUrl: own.url, log, engine })
  })
  after(async () => {
    await dispatcher?.stop()
    await engine?.stop()
    await own?.close()
    rmSync(home, { recursive: true, force: true })
  })
  beforeEach(async () => {
    dir = mkdtempSync(join(home, 'test-'))
    worker = await startProcess(0)
  })
  afterEach(() => endProcess(worker!.process.pid!, 0))

  async function startProcess(port: number): Promise<{ process: ChildProcess; port: number }> {
    const { ingressUrl, adminUrl } = engine
    const options = { databaseUrl: own.url, ingressUrl, adminUrl, namespace: '', port, dir }
    const script = fileURLToPath(new URL('./test-worker.ts', import.meta.url))
    const child = spawn(process.execPath, [script, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    return new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)))
      child.stdout.once('data', (line) => resolve({ process: child, port: Number(line) }))
    })
  }

  const kill = (pid: number) => endProcess(pid, 0)
  const start = <Input>(workflow: WorkflowDefinition<Input, unknown, string>, input: Input) =>
    startRun(own.db, { workflow, workspaceId: 'ws_1', actor, input, subjectId: 'asset_1' })
  const traced = (name: string) => readTrace(dir, name)
  const effectsOf = (runId: string) => own.db.select().from(runEffects).where(eq(runEffects.runId, runId))

  test('a worker killed after an effect and before the engine knew: the effect stays applied once', async () => {
    const run = await start(storyWorkflow, { labels: ['k1', 'k2', 'k3'], waitFor: 'k2' })
    assert.ok(
      await until(() => traced('applied').includes('k2'), 10_000),
      'the effect is committed, the step goes on',
    )
    await kill(worker!.process.pid!)
    worker = await startProcess(worker!.port)
    assert.ok(await until(() => traced('applied').filter((label) => label === 'k2').length === 2, 20_000))
    openGate(dir)

    const done = await waitForRun(own.db, run.id)
    assert.deepEqual(done.result, { said: 'once upon a time', numbers: [1, 1, 1] })
    assert.deepEqual(
      (await effectsOf(run.id)).map(({ applied }) => applied),
      [1, 1, 1],
    )
    assert.deepEqual(traced('echo'), ['once upon a time', 'the end'], 'finished steps did not run again')
  })

  test('a worker that stays away for a while does not use up the tries of its step', async () => {
    const run = await start(failWorkflow, { how: 'backoff', until: 3, holds: true })
    assert.ok(await until(() => traced('fail').length === 1, 10_000))
    await kill(worker!.process.pid!)
    const query = `select retry_count from sys_invocation where target like 'Step.fail/%' and status <> 'completed'`
    const lost = async () => {
      const { body } = await admin(engine.adminUrl, '/query', { method: 'POST', body: { query } })
      return (body as { rows: Array<{ retry_count: number }> }).rows[0]?.retry_count ?? 0
    }
    assert.ok(await until(async () => (await lost()) > 3, 20_000), 'the engine keeps looking for it')
    openGate(dir)
    worker = await startProcess(worker!.port)
    const done = await waitForRun(own.db, run.id)
    assert.deepEqual([done.state, done.result], ['succeeded', { tries: 3 }], 'one failure of two is allowed')
  })

  test('a worker that comes back on another port takes over what it was doing', async () => {
    const run = await start(storyWorkflow, { labels: ['m1', 'm2'], waitFor: 'm2' })
    assert.ok(await until(() => traced('applied').includes('m2'), 10_000))
    await kill(worker!.process.pid!)
    const oldPort = worker!.port
    worker = await startProcess(0)
    assert.notEqual(worker.port, oldPort)
    openGate(dir)
    assert.equal((await waitForRun(own.db, run.id)).state, 'succeeded')
    assert.deepEqual(
      (await effectsOf(run.id)).map(({ applied }) => applied),
      [1, 1],
    )
  })

  test('an engine killed in mid-step is started again and the run goes on', async () => {
    const run = await start(storyWorkflow, { labels: ['e1', 'e2'], waitFor: 'e1' })
    assert.ok(await until(() => traced('applied').includes('e1'), 10_000))
    process.kill(engine.pid!, 'SIGKILL')
    openGate(dir)
    assert.equal((await waitForRun(own.db, run.id)).state, 'succeeded')
    assert.deepEqual(
      (await effectsOf(run.id)).map(({ applied }) => applied),
      [1, 1],
    )
  })

  test('a run accepted while the engine is down starts when it is back', async () => {
    await engine.stop()
    const run = await start(storyWorkflow, { labels: ['d1'] })
    assert.equal(await dispatcher.poke(), false, 'nobody takes it')
    engine = await startEngine({ home, log, ports })
    assert.equal((await waitForRun(own.db, run.id)).state, 'succeeded')
    assert.deepEqual(traced('effect'), ['d1'])
  })

  test('runs survive any order of kills, with every effect applied once', async () => {
    openGate(dir)
    const labels = [1, 2, 3, 4]
    const started = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((run) => start(storyWorkflow, { labels: labels.map((n) => `r${run}-${n}`) })),
    )
    const holding = await start(holdWorkflow, { labels: ['x1', 'x2', 'x3', 'x4'], holdMs: 100 })
    for (const victim of ['worker', 'engine', 'worker', 'engine'] as const) {
      const before = traced('effect').length + traced('hold').length
      await until(() => traced('effect').length + traced('hold').length > before, 2_000)
      if (victim === 'engine') {
        // The engine may still be on its way up from the last time.
        assert.ok(await until(() => isRunning(engine.pid!), 10_000))
        process.kill(engine.pid!, 'SIGKILL')
      } else {
        await kill(worker!.process.pid!)
        worker = await startProcess(worker!.port)
      }
    }
    for (const run of [...started, holding]) {
      assert.equal((await waitForRun(own.db, run.id, undefined, 60_000)).state, 'succeeded')
    }
    const wrong = await own.db.select().from(runEffects).where(ne(runEffects.applied, 1))
    assert.deepEqual(wrong, [])
    for (const run of started) assert.equal((await effectsOf(run.id)).length, labels.length)
  })
})
