import { globSync, statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openTestServer, serverVariable, templateVariable } from '../src/platform/db/test-server.ts'
import { type TestGroup, runGroup } from './test-group.ts'
import type { GroupResult } from './test-reporter.ts'

/**
 * Runs the tests: scripts/test.ts [--fast] [--all] [--seed N|random] [paths…]
 *   (nothing)  every test that needs no network and no key
 *   --fast     only those that share one process (seconds)
 *   --all      also the long versions of tests that have one
 *   --seed     what property tests draw their examples from; the same every time unless it is given
 * TEST_DATABASE_URL runs them on a PostgreSQL of yours instead of the bundled one.
 * The last line is a plain count; the exit code is 1 unless everything passed.
 */
const root = resolve(import.meta.dirname, '..')
const { values: flags, positionals: paths } = parseArgs({
  allowPositionals: true,
  options: { fast: { type: 'boolean' }, all: { type: 'boolean' }, seed: { type: 'string' } },
})
const fastTimeoutMs = 600_000
const slowTimeoutMs = flags.all ? 1_800_000 : 420_000

const files = findTests(paths)
const fast = files.filter((file) => !file.endsWith('.slow.test.ts'))
const slow = flags.fast ? [] : files.filter((file) => file.endsWith('.slow.test.ts'))

const stopped = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())

const startedAt = performance.now()
const results = await runAll()
const passed = sum((result) => result.passed)
const failed = sum((result) => result.failed)
const skipped = sum((result) => result.skipped)
printSlowest()
console.log(`\n${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
if (stopped.signal.aborted) console.log('stopped before the end')
process.exitCode = failed > 0 || passed === 0 || stopped.signal.aborted ? 1 : 0
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)

async function runAll(): Promise<GroupResult[]> {
  const server = await openTestServer()
  const env = {
    ...cleanEnvironment(),
    [serverVariable]: server.adminUrl,
    [templateVariable]: server.template,
    ...(flags.all ? { CREATOROPS_TEST_ALL: '1' } : {}),
    ...(flags.seed ? { CREATOROPS_TEST_SEED: readSeed(flags.seed) } : {}),
  }
  const common = { env, signal: stopped.signal }
  const groups: TestGroup[] = slow.map((file) => ({
    ...common,
    name: file,
    files: [file],
    timeoutMs: slowTimeoutMs,
    testTimeoutMs: slowTimeoutMs,
  }))
  if (fast.length > 0)
    groups.unshift({
      ...common,
      name: 'fast tests',
      files: fast,
      timeoutMs: fastTimeoutMs,
      testTimeoutMs: 60_000,
    })
  const done: GroupResult[] = []
  try {
    for (const group of groups) if (!stopped.signal.aborted) done.push(await runGroup(group))
  } finally {
    await server.stop()
  }
  return done
}

function findTests(wanted: string[]): string[] {
  const roots =
    wanted.length > 0
      ? wanted.map((path) => relative(root, resolve(path)))
      : ['src', 'test', 'scripts', 'apps/web/src']
  const found = roots.flatMap((path) =>
    statSync(resolve(root, path)).isDirectory() ? globSync(`${path}/**/*.test.ts`, { cwd: root }) : [path],
  )
  return [...new Set(found)].sort()
}

/** The settings of whoever runs the tests must not decide their outcome. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const outside = ['DATABASE_URL', 'RESTATE_URL', 'RESTATE_ADMIN_URL', 'OBJECTS_URL', 'TEST_DATABASE_URL']
  const isOurs = (name: string) => name.startsWith('CREATOROPS_') && !name.startsWith('CREATOROPS_TEST_')
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !outside.includes(name) && !isOurs(name)),
  )
}

function readSeed(given: string): string {
  const seed = given === 'random' ? Date.now() % 2 ** 31 : Number(given)
  if (!Number.isInteger(seed)) throw new TypeError(`--seed takes a whole number or "random", not ${given}`)
  console.log(`examples are drawn from seed ${seed}`)
  return String(seed)
}

function printSlowest(): void {
  const all = results.flatMap((result) => result.files).sort((a, b) => b.durationMs - a.durationMs)
  if (all.length < 2) return
  console.log('\nslowest files:')
  for (const { path, durationMs } of all.slice(0, 10))
    console.log(`  ${(durationMs / 1000).toFixed(2)} s  ${path}`)
}

function sum(pick: (result: GroupResult) => number): number {
  return results.reduce((total, result) => total + pick(result), 0)
}
