import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { lockHome } from './home-lock.ts'

describe('the lock of a data directory', () => {
  test('a second start is refused and told who holds the directory and where it answers', async (t) => {
    const home = await mkdtemp(join(tmpdir(), 'lock-'))
    t.after(() => rm(home, { recursive: true }))
    const first = await lockHome(home)
    await first.announce('http://127.0.0.1:4000')
    await assert.rejects(lockHome(home), (error: Error & { code: string }) => {
      assert.equal(error.code, 'process.homeInUse')
      assert.match(error.message, new RegExp(`Process ${process.pid} .*http://127\\.0\\.0\\.1:4000`))
      return true
    })
    await first.release()
    await (await lockHome(home)).release()
  })

  test('the lock of a process that was killed is taken over', async (t) => {
    const home = await mkdtemp(join(tmpdir(), 'lock-'))
    t.after(() => rm(home, { recursive: true }))
    const script = `import('${import.meta.resolve('./home-lock.ts')}').then(async (m) => { await m.lockHome('${home}'); console.log('held'); setInterval(() => {}, 1e6) })`
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    await assert.rejects(lockHome(home), { code: 'process.homeInUse' })
    child.kill('SIGKILL')
    await once(child, 'exit')
    await (await lockHome(home)).release()
  })

  test('a later process with the id of a dead holder does not keep the directory', async (t) => {
    const home = await mkdtemp(join(tmpdir(), 'lock-'))
    t.after(() => rm(home, { recursive: true }))
    await writeFile(join(home, 'up.lock'), JSON.stringify({ pid: process.pid, startTicks: '1' }))
    const lock = await lockHome(home)
    assert.notEqual(JSON.parse(await readFile(join(home, 'up.lock'), 'utf8')).startTicks, '1')
    await lock.release()
  })
})
