import assert from 'node:assert/strict'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { isRunning, memoryBytes, processesOf, processTree, serversOf } from './processes.ts'
import { failureOf, runCli, spawnCli } from './spawn-cli.ts'
import { stop, type Up, until, up } from './up.ts'

const root = resolve(import.meta.dirname, '../..')
const isLinux = process.platform === 'linux'
const isRoot = process.getuid?.() === 0
const nobody = { name: 'nobody', group: 'nogroup', uid: 65_534, gid: 65_534 }
const chosenPassword = 'a password of my own'

// Loaded machines are slower than the promise (15 s and 5 s on 2 idle cores), which `npm run bench` measures.
const firstStartMs = 60_000
const warmStartMs = 30_000

async function newHome(): Promise<string> {
  // Below a folder that only its owner may enter, as a home directory often is.
  const dir = await mkdtemp(join(tmpdir(), 'creatorops-life-'))
  assert.equal((await stat(dir)).mode & 0o777, 0o700)
  return join(dir, 'home')
}

describe('the life of an installation', { skip: isLinux ? false : 'looks into /proc' }, () => {
  let home: string
  let running: Up
  const others: string[] = []

  before(async () => {
    home = await newHome()
  })
  after(async () => {
    if (running?.process.child.exitCode === null) await stop(running)
    for (const dir of [home, ...others]) await rm(join(dir, '..'), { recursive: true, force: true })
  })

  const otherHome = async () => {
    const dir = await newHome()
    others.push(dir)
    return dir
  }
  const signIn = (password: string) =>
    fetch(`${running.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: running.url },
      body: JSON.stringify({ email: 'owner@creatorops.local', password }),
    })
  const isReady = async () => (await fetch(`${running.url}/readyz`).catch(() => undefined))?.ok ?? false
  const tell = (t: TestContext, text: string) => t.diagnostic(text)

  test('the first start is ready when it says so, in time and in little memory', async (t) => {
    // There are more routes than requests a minute.
    running = await up(home, { env: { CREATOROPS_RATE_LIMIT_PER_MINUTE: '1000' } })
    const ready = await fetch(`${running.url}/readyz`)
    assert.equal(ready.status, 200)
    assert.deepEqual(await ready.json(), {
      isReady: true,
      parts: { database: true, engine: true, worker: true },
    })
    assert.equal((await fetch(`${running.url}/healthz`)).status, 200)
    assert.match(
      await (await fetch(`${running.url}/metrics`)).text(),
      /^# TYPE \S+ (?:gauge|counter|histogram)$/m,
    )
    assert.equal((await fetch(running.url)).headers.get('content-type')?.split(';')[0], 'text/html')

    const bytes = memoryBytes(processTree(running.process.child.pid!))
    tell(t, `first start ${running.startMs} ms, idle memory ${Math.round(bytes / 1e6)} MB`)
    assert.ok(running.startMs < firstStartMs, `${running.startMs} ms`)
    assert.ok(bytes > 50e6 && bytes < 1e9, `${bytes} bytes`)
  })

  test('nothing of the API is open without credentials', async () => {
    const description = JSON.parse(await readFile(join(root, 'openapi.json'), 'utf8')) as {
      paths: Record<string, Record<string, { security?: unknown[] }>>
    }
    const routes = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => ({
        method,
        path,
        isOpen: security?.length === 0,
      })),
    )
    const open = routes.filter((route) => route.isOpen).map(({ path }) => path)
    assert.deepEqual(open.sort(), [
      '/api/v1/invitations/by-token/{token}',
      '/api/v1/invitations/by-token/{token}/sign-up',
      '/api/v1/sign-in-options',
    ])
    const answers = await Promise.all(
      routes
        .filter((route) => !route.isOpen)
        .map(async ({ method, path }) => {
          const hasBody = ['post', 'put', 'patch'].includes(method)
          const answer = await fetch(running.url + path.replace(/\{\w+\}/g, 'x'), {
            method: method.toUpperCase(),
            ...(hasBody ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}),
          })
          await answer.body?.cancel()
          return `${answer.status} ${method} ${path}`
        }),
    )
    assert.ok(answers.length > 40)
    assert.deepEqual(
      answers.filter((line) => !line.startsWith('401 ')),
      [],
    )
  })

  test('the one-time password is printed, and opens nothing but choosing one’s own', async () => {
    const said = running.process.stdout + running.process.stderr
    const password = /One-time password\s+(\S+)/.exec(said)?.[1]
    assert.ok(password, said)
    assert.match(said, /owner@creatorops\.local/)
    assert.equal(said.split(password).length, 2, 'printed once')

    const answer = await signIn(password)
    assert.equal(answer.status, 200)
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const refused = await fetch(`${running.url}/api/v1/assets`, { headers: { cookie } })
    assert.equal(refused.status, 403)
    assert.equal(((await refused.json()) as { code: string }).code, 'identity.passwordChangeRequired')
    const changed = await fetch(`${running.url}/api/v1/me/password`, {
      method: 'PATCH',
      headers: { cookie, 'content-type': 'application/json', origin: running.url },
      body: JSON.stringify({ currentPassword: password, newPassword: chosenPassword }),
    })
    assert.equal(changed.status, 204, await changed.text())
    assert.equal((await signIn(chosenPassword)).status, 200)
    assert.equal((await signIn(password)).status, 401)
  })

  test('a second start on the same data directory is refused and says who has it', async () => {
    const refused = await runCli(['up', '--json'], { home })
    assert.equal(refused.code, 1)
    const failure = failureOf(refused)
    assert.equal(failure.code, 'process.homeInUse')
    assert.ok(failure.message.includes(running.url) && failure.message.includes(home), failure.message)
    assert.ok(await isReady(), 'the first one goes on')
  })

  test('a port in use is named, for people as for scripts, and nothing is left running', async () => {
    const port = new URL(running.url).port
    const first = await otherHome()
    const taken = await runCli(['up'], { home: first, env: { CREATOROPS_PORT: port } })
    assert.equal(taken.code, 1)
    assert.match(taken.stderr, new RegExp(`Port ${port} .*in use`))
    assert.match(taken.stderr, /http\.portTaken/)
    assert.deepEqual(processesOf(first), [])

    const { engine } = JSON.parse(await readFile(join(home, 'ports.json'), 'utf8')) as { engine: number }
    const second = await otherHome()
    const env = { CREATOROPS_ENGINE_PORT: String(engine) }
    const failure = failureOf(await runCli(['up', '--json'], { home: second, env }))
    assert.equal(failure.code, 'durable.portTaken')
    assert.match(failure.message, new RegExp(`Port ${engine}\\b`))
    assert.deepEqual(processesOf(second), [])
  })

  test('a misspelt variable is refused with the nearest name, before anything is started', async () => {
    const dir = await otherHome()
    const refused = await runCli(['up', '--json'], { home: dir, env: { CREATOROPS_PROT: '4000' } })
    assert.equal(refused.code, 1)
    const failure = failureOf(refused)
    assert.equal(failure.code, 'config.invalid')
    assert.match(failure.message, /CREATOROPS_PROT is not a known variable; did you mean CREATOROPS_PORT\?/)
    await assert.rejects(stat(dir), { code: 'ENOENT' })
  })

  test('Ctrl-C stops everything in order', async () => {
    const tree = processTree(running.process.child.pid!)
    assert.ok(tree.length >= 3, 'the product, its database and its engine')
    assert.equal(await stop(running, 'SIGINT'), 0)
    assert.match(running.process.stderr, /Stopped\.\s*$/)
    assert.deepEqual(tree.filter(isRunning), [])
    assert.deepEqual(processesOf(home), [])
  })

  test('a warm start is quick and prints no password; SIGTERM stops everything too', async (t) => {
    running = await up(home)
    tell(t, `warm start ${running.startMs} ms`)
    assert.ok(running.startMs < warmStartMs, `${running.startMs} ms`)
    assert.doesNotMatch(running.process.stdout + running.process.stderr, /password/i)
    const tree = processTree(running.process.child.pid!)
    assert.equal(await stop(running), 0)
    assert.deepEqual(tree.filter(isRunning), [])
  })

  test('after kill -9 the next start takes over the database and the engine that were left', async () => {
    if (running.process.child.exitCode !== null) running = await up(home)
    const servers = serversOf(home)
    running.process.child.kill('SIGKILL')
    await running.process.ended
    assert.ok(isRunning(servers.database) && isRunning(servers.engine))
    running = await up(home)
    assert.deepEqual(serversOf(home), servers)
    assert.ok(await isReady())
    assert.equal((await signIn(chosenPassword)).status, 200)
  })

  test('a database that is killed comes back by itself, and the API answers again', async () => {
    const { database } = serversOf(home)
    process.kill(database, 'SIGKILL')
    await until('the product sees it', async () => !isRunning(database))
    await until('it is ready again', isReady)
    assert.notEqual(serversOf(home).database, database)
    assert.equal((await signIn(chosenPassword)).status, 200)
  })

  test('an engine that is killed comes back by itself; closing the terminal stops everything', async () => {
    const { engine } = serversOf(home)
    process.kill(engine, 'SIGKILL')
    await until('another one is there', () => serversOf(home).engine !== engine)
    await until('it is ready again', isReady)
    assert.equal(await stop(running, 'SIGHUP'), 0)
    assert.deepEqual(processesOf(home), [])
  })

  test('a data directory of another PostgreSQL version is refused with the way out', async () => {
    const path = join(home, 'db/PG_VERSION')
    const version = await readFile(path, 'utf8')
    await writeFile(path, '17\n')
    const refused = await runCli(['up', '--json'], { home })
    assert.equal(refused.code, 1)
    const failure = failureOf(refused)
    assert.equal(failure.code, 'db.otherMajorVersion')
    assert.match(failure.help, /creatorops restore/)
    assert.deepEqual(processesOf(home), [])
    await writeFile(path, version)
  })

  test('Ctrl-C during a start leaves nothing running', async () => {
    const dir = await otherHome()
    const starting = spawnCli(['up'], { home: dir })
    await until('it has begun', () => /Starting the database/.test(starting.stderr))
    process.kill(-starting.child.pid!, 'SIGINT')
    assert.equal((await starting.ended).code, 1)
    assert.deepEqual(processesOf(dir), [])
  })

  test('the doctor answers without a server, as a document', async () => {
    const checked = await runCli(['doctor', '--json'], { home })
    assert.ok(checked.code === 0 || checked.code === 1, checked.stderr)
    const report = JSON.parse(checked.stdout) as { checks: Array<{ name: string; state: string }> }
    assert.ok(report.checks.length > 5, checked.stdout)
  })

  test(
    'an ordinary user can run it from a checkout that belongs to somebody else',
    { skip: isRoot ? false : 'only root can become another user' },
    async () => {
      const dir = await otherHome()
      await mkdir(dir, { mode: 0o700 })
      await chown(dir, nobody.uid, nobody.gid)
      // To be entered by that user, nothing more.
      await chmod(join(dir, '..'), 0o711)
      const theirs = await up(dir, { user: nobody })
      assert.equal((await fetch(`${theirs.url}/readyz`)).status, 200)
      const { database } = serversOf(dir)
      assert.equal((await stat(`/proc/${database}`)).uid, nobody.uid)
      assert.equal(await stop(theirs, 'SIGINT'), 0)
      assert.deepEqual(processesOf(dir), [])
    },
  )
})
