import { spawnSync } from 'node:child_process'
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { chooseUser } from '../src/platform/db/run-as.ts'

/**
 * Runs the fast tests on the PostgreSQL that Debian packages (`apt-get install postgresql`) instead of the bundled
 * one: scripts/with-debian-postgres.ts [arguments of scripts/test.ts]
 */
const bin = globSync('/usr/lib/postgresql/*/bin/pg_ctl').map(dirname).sort().at(-1)
if (!bin) throw new Error('No PostgreSQL under /usr/lib/postgresql: apt-get install postgresql')

const user = await chooseUser('/nowhere')
const ids = user.isOther ? { uid: user.uid, gid: user.gid } : {}
const dir = mkdtempSync(join(tmpdir(), 'debian-postgres-'))
if (user.isOther) chownSync(dir, user.uid, user.gid)
const dataDir = join(dir, 'db')

run('initdb', ['-D', dataDir, '--username=creatorops', '--auth=trust', '--no-sync', '--locale=C.UTF-8'])
const settings = `-c listen_addresses= -c unix_socket_directories=${dir} -c fsync=off -c max_connections=300`
run('pg_ctl', ['-D', dataDir, '-w', '-l', join(dir, 'log'), '-o', settings, 'start'])
try {
  const url = `postgres://creatorops@/postgres?host=${encodeURIComponent(dir)}`
  const { status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'test.ts'), '--fast', ...process.argv.slice(2)],
    { stdio: 'inherit', env: { ...process.env, TEST_DATABASE_URL: url } },
  )
  process.exitCode = status ?? 1
} finally {
  run('pg_ctl', ['-D', dataDir, '-m', 'immediate', 'stop'])
  rmSync(dir, { recursive: true, force: true })
}

function run(program: string, args: string[]): void {
  const { status, error, stderr } = spawnSync(join(bin!, program), args, {
    ...ids,
    cwd: dir,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`)
}
