import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { systemActor } from '../../kernel/actor.ts'
import { freshDb } from '../db/test-db.ts'
import { silentLog } from '../log/log.ts'
import { admin } from './admin.ts'
import { until } from './engine-process.ts'
import { startRun } from './start-run.ts'
import { startTestDurable, testEngine, type TestDurable } from './test-engine.ts'
import { holdWorkflow, openGate, readTrace, testSteps, testWorkflows } from './test-workflows.ts'
import { startWorker } from './worker.ts'

describe('startWorker', () => {
  let own: Awaited<ReturnType<typeof freshDb>>
  let adminUrl: string
  const dir = mkdtempSync(join(tmpdir(), 'creatorops-worker-'))
  const namespace = `w${process.pid}_`

  before(async () => {
    own = await freshDb()
    adminUrl = (await testEngine()).adminUrl
  })
  after(async () => {
    await own?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  const start = (port = 0, workflows = testWorkflows()): Promise<TestDurable> =>
    startTestDurable({
      db: own.db,
      databaseUrl: own.url,
      steps: testSteps({ traces: { dir } }),
      workflows,
      namespace,
      port,
    })
  const releases = async () => {
    const { body } = await admin(adminUrl, '/deployments')
    const { deployments } = body as { deployments: { uri: string; services: { name: string }[] }[] }
    return deployments
      .filter(({ services }) => services.some(({ name }) => name.startsWith(namespace)))
      .map(({ uri }) => uri)
  }

  test('a restart registers nothing new; a changed release replaces the old one once that is idle', async () => {
    const first = await start()
    const [uri] = await releases()
    const { port } = first.worker
    await first.stop()

    const second = await start(port)
    assert.deepEqual(await releases(), [uri])
    await second.stop()

    const changed = testWorkflows().map((handler) => ({
      ...handler,
      workflow: { ...handler.workflow, version: handler.workflow.version + 1 },
    }))
    const third = await start(port, changed)
    const after = await releases()
    assert.equal(after.length, 1)
    assert.notEqual(after[0], uri)
    await third.stop()
  })

  test('an old release that still works is left alone until it is done', async () => {
    const old = await start()
    const run = await startRun(own.db, {
      workflow: holdWorkflow,
      workspaceId: 'ws_1',
      actor: systemActor('test', 'ws_1'),
      input: { labels: ['a'] },
      subjectId: 'asset_1',
    })
    assert.ok(await until(() => readTrace(dir, 'hold').length === 1, 10_000))
    const next = await start()
    assert.equal((await releases()).length, 2)
    openGate(dir)
    assert.equal((await next.waitFor(run.id)).state, 'succeeded')
    assert.deepEqual(
      readTrace(dir, 'hold'),
      ['+a', '-a'],
      'the step was not run a second time by the new one',
    )
    await old.stop()
    await next.stop()
  })

  test('steps may be silent for hours, or the engine would end each one after eleven minutes', async () => {
    const durable = await start()
    type Service = { inactivity_timeout: string; abort_timeout: string }
    const { body } = await admin(adminUrl, `/services/${namespace}Step.hold`)
    const { inactivity_timeout, abort_timeout } = body as Service
    assert.deepEqual([inactivity_timeout, abort_timeout], ['6h', '2m'])
    await durable.stop()
  })

  test('says whether work is consumed, not only whether it runs', async () => {
    const durable = await start()
    assert.equal(await durable.worker.isConsuming(), true)
    await durable.stop()
    assert.equal(await durable.worker.isConsuming(), false)
  })

  test('a taken port is named', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const worker = startWorker({
      db: own.db,
      log: silentLog(),
      engine: await testEngine(),
      steps: [],
      workflows: [],
      cpuSlots: 1,
      port,
      namespace: `x${process.pid}_`,
    })
    await assert.rejects(worker.ready, { code: 'durable.portTaken' })
    await worker.stop()
    await new Promise((resolve) => server.close(resolve))
  })
})
