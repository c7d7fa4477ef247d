import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { silentLog } from '../log/log.ts'
import { fetchStatus } from './admin.ts'
import { startEngine, type StartEngine } from './engine.ts'
import { endProcess, isRunning, until } from './engine-process.ts'
import { freeEnginePorts, type EnginePorts } from './ports.ts'

const log = silentLog()

describe('startEngine', () => {
  let home: string
  let ports: EnginePorts
  const start = (more: Partial<StartEngine> = {}) => startEngine({ home, log, ports, ...more })

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'creatorops-engine-'))
    ports = await freeEnginePorts()
  })
  after(() => rmSync(home, { recursive: true, force: true }))

  test('answers on both doors, on the loopback interface only, and ends when told to', async () => {
    const engine = await start()
    assert.equal(await fetchStatus(`${engine.ingressUrl}/restate/health`), 200)
    assert.equal(await fetchStatus(`${engine.adminUrl}/health`), 200)
    const pid = engine.pid!
    if (process.platform === 'linux') {
      const open = listeningAddresses(pid)
      assert.ok(open.length >= 3, 'it listens')
      assert.deepEqual([...new Set(open)], ['0100007F'])
    }
    await engine.stop()
    assert.equal(isRunning(pid), false)
  })

  test('a killed engine is started again and keeps its data', async () => {
    const engine = await start()
    try {
      const pid = engine.pid!
      process.kill(pid, 'SIGKILL')
      assert.ok(await until(() => engine.pid !== pid, 10_000), 'another process took its place')
      assert.ok(
        await until(async () => (await fetchStatus(`${engine.ingressUrl}/restate/health`)) === 200, 20_000),
      )
    } finally {
      await engine.stop()
    }
  })

  test('the engine of a start that was killed is replaced when its settings are others', async () => {
    const orphan = await startInKilledProcess(home, ports)
    const replaced = await start({ inactivityS: 77 })
    try {
      assert.equal(replaced.adopted, false)
      assert.notEqual(replaced.pid, orphan)
      assert.equal(isRunning(orphan), false)
    } finally {
      await replaced.stop()
    }
  })

  test('the engine of a start that was killed is taken over, and started again when it dies', async () => {
    const orphan = await startInKilledProcess(home, ports)
    const engine = await start()
    try {
      assert.equal(engine.adopted, true)
      assert.equal(engine.pid, orphan)
      process.kill(orphan, 'SIGKILL')
      assert.ok(await until(() => engine.pid !== orphan, 10_000))
      assert.ok(await until(async () => (await fetchStatus(`${engine.adminUrl}/health`)) === 200, 20_000))
    } finally {
      await engine.stop()
    }
  })

  for (const name of ['ingress', 'admin', 'fabric'] as const) {
    test(`a taken ${name} port is named`, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(ports[name], '127.0.0.1', resolve))
      try {
        await assert.rejects(start(), (error: Error & { code: string }) => {
          assert.equal(error.code, 'durable.portTaken')
          assert.match(error.message, new RegExp(`${ports[name]}.*${name}`))
          return true
        })
      } finally {
        await new Promise((resolve) => server.close(resolve))
      }
    })
  }

  test('an engine that somebody else runs is used and left running', async () => {
    const own = await start()
    try {
      const external = await startEngine({ home, log, external: own })
      assert.equal(external.pid, undefined)
      await external.stop()
      assert.equal(await fetchStatus(`${own.adminUrl}/health`), 200)
    } finally {
      await own.stop()
    }
  })
})

/** Hexadecimal local addresses that a process listens on, from the kernel's table. */
function listeningAddresses(pid: number): string[] {
  const tables = ['tcp', 'tcp6'].map((name) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8'))
  const inodes = new Set(socketInodes(pid))
  return tables
    .flatMap((table) => table.trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A' && inodes.has(fields[9]!))
    .map((fields) => fields[1]!.split(':')[0]!)
}

function socketInodes(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
    } catch {
      // A descriptor may be closed between the two looks.
      return []
    }
  })
}

/** Starts an engine in another Node process, kills that with SIGKILL, and gives the engine's process id. */
async function startInKilledProcess(home: string, ports: EnginePorts): Promise<number> {
  const code = `
    import { startEngine } from ${JSON.stringify(new URL('./engine.ts', import.meta.url).href)}
    import { silentLog } from ${JSON.stringify(new URL('../log/log.ts', import.meta.url).href)}
    const engine = await startEngine({ ...${JSON.stringify({ home, ports })}, log: silentLog() })
    console.log(engine.pid)
    setInterval(() => {}, 1000)
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = await new Promise<number>((resolve) =>
    child.stdout.once('data', (line) => resolve(Number(line))),
  )
  await endProcess(child.pid!, 0)
  return pid
}
