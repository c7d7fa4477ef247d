// Everything that can be wrong without running a test: types, lint, format, stale generated files.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const bin = (name: string) => join(root, 'node_modules/.bin', name)
const webTsc = [join(root, 'apps/web/node_modules/.bin/tsc'), bin('tsc')].find((path) => existsSync(path))!

const checks: Array<[string, string, string[]]> = [
  ['types', bin('tsc'), ['--noEmit', '-p', '.']],
  ['types of the Studio', webTsc, ['--noEmit', '-p', 'apps/web']],
  ['lint', bin('oxlint'), ['--deny-warnings']],
  ['format', bin('oxfmt'), ['--check']],
  ['generated files', process.execPath, ['scripts/gen.ts', '--check']],
  ['migrations', process.execPath, ['scripts/gen-migrations.ts', '--check']],
]

let failures = 0
for (const [name, command, args] of checks) {
  const started = Date.now()
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
  if (status !== 0) failures++
}
process.exitCode = failures === 0 ? 0 : 1
