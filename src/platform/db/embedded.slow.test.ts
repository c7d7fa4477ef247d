import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, test } from 'node:test'
import { silentLog } from '../log/log.ts'
import { installedPostgres, prepareBinaries } from './binaries.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'
import { chooseUser } from './run-as.ts'
import { findServer, isAlive } from './running-server.ts'
import { inDatabase } from './test-server.ts'

const log = silentLog()
const needsRoot = process.getuid?.() === 0 ? false : 'only root can take the part of other users'
const ownerFixture = join(import.meta.dirname, 'owner-fixture.ts')

async function inTempDir(work: (dir: string) => Promise<void>, base = tmpdir()): Promise<void> {
  const dir = await mkdtemp(join(base, 'embedded-'))
  try {
    await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Without disk syncs unless the test is about them: they are most of the time that a start takes. */
const unsynced = { fsync: 'off' }

async function withServer(
  dataDir: string,
  work: (server: EmbeddedPostgres) => Promise<void>,
  settings: Record<string, string> = unsynced,
): Promise<void> {
  const server = await startEmbeddedPostgres({ dataDir, log, settings })
  try {
    await work(server)
  } finally {
    await server.stop()
  }
}

async function answer(url: string, query: string): Promise<unknown> {
  return inDatabase(url, async (client) => Object.values((await client.query(query)).rows[0])[0])
}

describe('the embedded server', () => {
  test('keeps its data over a stop, listens on no port, and syncs to disk', () =>
    inTempDir(async (dir) => {
      const dataDir = join(dir, 'db')
      await withServer(
        dataDir,
        async ({ url, adopted }) => {
          assert.equal(adopted, false)
          await inDatabase(url, (client) => client.query('create table kept as select 42 as n'))
          assert.equal(await answer(url, 'show listen_addresses'), '')
          assert.equal(await answer(url, 'show fsync'), 'on')
          assert.equal(await answer(url, 'show data_checksums'), 'on')
        },
        {},
      )
      assert.equal((await stat(dataDir)).mode & 0o777, 0o700)
      assert.equal(await findServer(dataDir), undefined)
      await withServer(dataDir, async ({ url }) => assert.equal(await answer(url, 'select n from kept'), 42))
    }))

  test('runs as another user when we are root', { skip: needsRoot }, () =>
    inTempDir(async (dir) => {
      await withServer(join(dir, 'db'), async ({ pid }) => {
        const status = await readFile(`/proc/${pid}/status`, 'utf8')
        assert.doesNotMatch(status, /^Uid:\s+0\b/m)
      })
    }),
  )

  test('runs below a home that only its owner may enter', () =>
    inTempDir(async (dir) => {
      const home = join(dir, 'home')
      await mkdir(home, { mode: 0o700 })
      await chmod(dir, 0o700)
      await withServer(join(home, 'db'), async ({ url }) => assert.equal(await answer(url, 'select 1'), 1))
      // A second start recognises its own data directory there too.
      await withServer(join(home, 'db'), async ({ url }) => {
        const again = await startEmbeddedPostgres({ dataDir: join(home, 'db'), log })
        assert.equal(again.adopted, true)
        assert.equal(again.url, url)
      })
    }))

  test('runs from a copy when its user cannot come to where npm put it', { skip: needsRoot }, () =>
    inTempDir(async (dir) => {
      const closed = join(dir, 'closed')
      const open = await mkdtemp(join(tmpdir(), 'beside-'))
      try {
        await chmod(open, 0o755)
        await mkdir(closed, { mode: 0o700 })
        await cp(await installedPostgres(), join(closed, 'native'), {
          recursive: true,
          verbatimSymlinks: true,
        })
        const user = await chooseUser(join(dir, 'db'))
        const installed = { native: join(closed, 'native'), version: '18.4.0-copy' }
        const { postgres } = await prepareBinaries({ besideDir: open, user, installed })
        assert.ok(postgres.startsWith(open), postgres)
        const version = spawnSync(postgres, ['--version'], {
          uid: user.uid,
          gid: user.gid,
          cwd: '/',
          encoding: 'utf8',
        })
        assert.match(version.stdout, /PostgreSQL\) 18/)
      } finally {
        await rm(open, { recursive: true })
      }
    }),
  )

  test('runs as ourselves when we are an ordinary user', { skip: needsRoot }, () =>
    inTempDir(async (dir) => {
      const user = await chooseUser(join(dir, 'db'))
      await chown(dir, user.uid, user.gid)
      const owner = spawn(process.execPath, [ownerFixture, join(dir, 'db')], {
        stdio: ['ignore', 'pipe', 'inherit'],
        cwd: '/',
        uid: user.uid,
        gid: user.gid,
      })
      for await (const line of createInterface({ input: owner.stdout })) if (line === '3') break
      owner.kill('SIGKILL')
      // Root finds the data of an ordinary user and runs the server as that user.
      await withServer(join(dir, 'db'), async ({ adopted, url }) => {
        assert.equal(adopted, true)
        assert.ok(Number(await answer(url, 'select max(n) from ledger')) >= 3)
      })
      assert.equal((await stat(join(dir, 'db'))).uid, user.uid)
    }),
  )

  test('has its socket elsewhere when the path of the data directory is too long for one', () =>
    inTempDir(async (dir) => {
      const dataDir = join(dir, 'x'.repeat(100), 'db')
      let socketDir = ''
      await withServer(dataDir, async ({ url }) => {
        socketDir = new URLSearchParams(url.split('?')[1]).get('host')!
        assert.ok(socketDir.length < 80, socketDir)
        assert.equal((await stat(socketDir)).mode & 0o777, 0o700)
        assert.equal(await answer(url, 'select 1'), 1)
      })
      await assert.rejects(stat(socketDir), { code: 'ENOENT' })
    }))

  test('says when it ended by itself, and starts again on the same directory', () =>
    inTempDir(async (dir) => {
      const server = await startEmbeddedPostgres({ dataDir: join(dir, 'db'), log, settings: unsynced })
      process.kill(server.pid, 'SIGKILL')
      await server.died
      await withServer(join(dir, 'db'), async ({ url, adopted }) => {
        assert.equal(adopted, false)
        assert.equal(await answer(url, 'select 1'), 1)
      })
    }))
})

describe('after a kill -9', () => {
  test('of the owner, the server is adopted and no committed row is lost', () =>
    inTempDir(async (dir) => {
      const dataDir = join(dir, 'db')
      const { serverPid, lastCommitted } = await killOwnerWhileWriting(dataDir)
      assert.ok(isAlive(serverPid), 'the server outlives its owner')
      await withServer(dataDir, async ({ url, adopted, pid }) => {
        assert.deepEqual({ adopted, pid }, { adopted: true, pid: serverPid })
        assert.ok(Number(await answer(url, 'select max(n) from ledger')) >= lastCommitted)
      })
      assert.ok(!isAlive(serverPid), 'the adopted server ends with its new owner')
    }))

  test('of the owner, a process that does nothing else can adopt the server and stop it', () =>
    inTempDir(async (dir) => {
      const dataDir = join(dir, 'db')
      const { serverPid } = await killOwnerWhileWriting(dataDir)
      const program = `
        import { startEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dirname, 'embedded.ts'))}
        import { silentLog } from ${JSON.stringify(join(import.meta.dirname, '../log/log.ts'))}
        const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: silentLog() })
        await server.stop()
        console.log(server.adopted ? 'adopted and stopped' : 'started')`
      const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
        encoding: 'utf8',
      })
      assert.deepEqual({ stdout, status }, { stdout: 'adopted and stopped\n', status: 0 }, stderr)
      assert.ok(!isAlive(serverPid))
    }))

  test('of the owner and the server, it recovers and no committed row is lost', () =>
    inTempDir(async (dir) => {
      const dataDir = join(dir, 'db')
      const { serverPid, lastCommitted } = await killOwnerWhileWriting(dataDir)
      process.kill(serverPid, 'SIGKILL')
      await withServer(dataDir, async ({ url, adopted }) => {
        assert.equal(adopted, false)
        assert.ok(Number(await answer(url, 'select max(n) from ledger')) >= lastCommitted)
      })
    }))
})

describe('a data directory is refused', () => {
  test('when another major version wrote it, naming both and the way out', () =>
    inTempDir(async (dir) => {
      await mkdir(join(dir, 'db'), { mode: 0o700 })
      await writeFile(join(dir, 'db/PG_VERSION'), '15\n')
      await assert.rejects(
        startEmbeddedPostgres({ dataDir: join(dir, 'db'), log }),
        (error: Error & { row?: { help: string } }) => {
          assert.match(error.message, /written by PostgreSQL 15.*runs PostgreSQL 18/)
          assert.match(error.row!.help, /backup --out DIR --logical.*restore/)
          return true
        },
      )
      assert.equal(await readFile(join(dir, 'db/PG_VERSION'), 'utf8'), '15\n')
    }))

  test('when it holds something else', () =>
    inTempDir(async (dir) => {
      await mkdir(join(dir, 'db'))
      await writeFile(join(dir, 'db/holiday.jpg'), 'x')
      await assert.rejects(startEmbeddedPostgres({ dataDir: join(dir, 'db'), log }), {
        code: 'db.notADatabase',
      })
    }))

  test('while a server that is not ours works in it, and that one goes on', () =>
    inTempDir(async (dir) => {
      const dataDir = join(dir, 'db')
      const settings = { unix_socket_directories: tmpdir(), port: '54329' }
      await withServer(dataDir, async () => undefined)
      const stranger = await startStranger(dataDir, settings)
      try {
        const rejected = assert.rejects(startEmbeddedPostgres({ dataDir, log }), {
          code: 'db.locked',
          message: new RegExp(String(stranger.pid)),
        })
        await rejected
        assert.ok(isAlive(stranger.pid!))
      } finally {
        stranger.kill('SIGINT')
        await new Promise((ended) => stranger.once('exit', ended))
      }
    }))

  test('not because its lock file names a process that is something else by now', () =>
    inTempDir(async (dir) => {
      const dataDir = join(dir, 'db')
      await withServer(dataDir, async () => undefined)
      await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n`)
      await withServer(dataDir, async ({ url, adopted }) => {
        assert.equal(adopted, false)
        assert.equal(await answer(url, 'select 1'), 1)
      })
      // What a power cut can leave behind.
      await writeFile(join(dataDir, 'postmaster.pid'), '')
      await withServer(dataDir, async ({ url }) => assert.equal(await answer(url, 'select 1'), 1))
    }))
})

/** Runs an owner until it has committed some rows, then kills it in the middle of its work. */
async function killOwnerWhileWriting(dataDir: string): Promise<{ serverPid: number; lastCommitted: number }> {
  const owner = spawn(process.execPath, [ownerFixture, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let serverPid = 0
  let lastCommitted = 0
  for await (const line of createInterface({ input: owner.stdout })) {
    if (line.startsWith('pid ')) serverPid = Number(line.slice(4))
    else lastCommitted = Number(line)
    if (lastCommitted === 200) owner.kill('SIGKILL')
  }
  assert.ok(serverPid > 0 && lastCommitted >= 200)
  return { serverPid, lastCommitted }
}

/** The bundled program, started on the directory by somebody else with a socket somewhere else. */
async function startStranger(dataDir: string, settings: Record<string, string>): Promise<ChildProcess> {
  const user = await chooseUser(dataDir)
  const { postgres } = await prepareBinaries({ besideDir: tmpdir(), user })
  const args = Object.entries({ listen_addresses: '', ...settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const child = spawn(postgres, ['-D', '/proc/self/cwd', ...args], {
    cwd: dataDir,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'] },
    ...(user.isOther ? { uid: user.uid, gid: user.gid } : {}),
  })
  for await (const line of createInterface({ input: child.stderr }))
    if (line.includes('ready to accept')) break
  child.stderr.resume()
  return child
}
