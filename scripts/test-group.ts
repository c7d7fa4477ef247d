import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { GroupResult } from './test-reporter.ts'

export type TestGroup = {
  name: string
  files: string[]
  timeoutMs: number
  /** For one test or one `describe`. */
  testTimeoutMs: number
  env: NodeJS.ProcessEnv
  signal: AbortSignal
}

const root = resolve(import.meta.dirname, '..')
const runVariable = 'CREATOROPS_TEST_RUN'
const shownLines = 80

/**
 * Runs test files in one process and prints its report as it grows. What the tests themselves print is shown only
 * when something failed. A process that crashed, hung or ran nothing counts as one failure.
 */
export async function runGroup(group: TestGroup): Promise<GroupResult> {
  const dir = mkdtempSync(join(tmpdir(), 'creatorops-report-'))
  const runId = `${process.pid}-${dir.slice(-6)}`
  try {
    const ended = await runProcess(group, dir, runId)
    const result = readResult(dir)
    const tests = result ? result.passed + result.failed + result.skipped : 0
    const problem = problemOf({ ...ended, tests, isComplete: result !== undefined }, dir)
    if (problem) console.log(`\n✖ ${group.name}: ${problem}`)
    if (problem || result?.failed) showOutput(dir)
    const counted = result ?? { passed: 0, failed: 0, skipped: 0, files: [] }
    return problem ? { ...counted, failed: counted.failed + 1 } : counted
  } finally {
    killLeftovers(runId, group.name)
    rmSync(dir, { recursive: true, force: true })
  }
}

type Ended = { code: number | null; signal: string | null; timedOut: boolean }

async function runProcess(group: TestGroup, dir: string, runId: string): Promise<Ended> {
  const output = openSync(join(dir, 'output.txt'), 'w')
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      `--import=${join(import.meta.dirname, 'property-seed.ts')}`,
      '--test',
      '--test-isolation=none',
      '--test-force-exit', // a forgotten timer or socket of one file must not hold up all
      `--test-timeout=${group.testTimeoutMs}`,
      `--test-reporter=${join(import.meta.dirname, 'test-reporter.ts')}`,
      `--test-reporter-destination=${join(dir, 'report.txt')}`,
      ...group.files,
    ],
    {
      cwd: root,
      env: { ...group.env, CREATOROPS_TEST_REPORT: dir, [runVariable]: runId },
      stdio: ['ignore', output, output],
      detached: true, // its own process group, which a time-out ends as a whole
    },
  )
  closeSync(output)
  const tail = followReport(join(dir, 'report.txt'))
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    killGroup(child)
  }, group.timeoutMs)
  const stop = () => killGroup(child)
  group.signal.addEventListener('abort', stop)
  try {
    return await new Promise<Ended>((done, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => done({ code, signal, timedOut }))
    })
  } finally {
    clearTimeout(timer)
    group.signal.removeEventListener('abort', stop)
    tail.end()
  }
}

function problemOf(ended: Ended & { tests: number; isComplete: boolean }, dir: string): string | undefined {
  const during = readText(join(dir, 'current.txt'))
  const where = during ? ` during "${during}"` : ''
  if (ended.timedOut) return `took too long and was ended${where}`
  if (!ended.isComplete) return `crashed (${ended.signal ?? `exit ${ended.code}`})${where}`
  if (ended.tests === 0) return 'ran no test'
  return undefined
}

function readResult(dir: string): GroupResult | undefined {
  const text = readText(join(dir, 'result.json'))
  return text ? (JSON.parse(text) as GroupResult) : undefined
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** Prints what is added to a file. */
function followReport(path: string): { end(): void } {
  let shown = 0
  const show = () => {
    const bytes = Buffer.from(readText(path))
    process.stdout.write(bytes.subarray(shown))
    shown = bytes.length
  }
  const timer = setInterval(show, 200)
  return {
    end() {
      show()
      clearInterval(timer)
    },
  }
}

function showOutput(dir: string): void {
  const lines = readText(join(dir, 'output.txt')).trimEnd().split('\n')
  if (lines.join('') === '') return
  console.log(
    `  what it printed${lines.length > shownLines ? ` (last ${shownLines} of ${lines.length} lines)` : ''}:`,
  )
  for (const line of lines.slice(-shownLines)) console.log(`  | ${line}`)
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Ends what the tests started and left running; they carry the run's id in their environment. */
function killLeftovers(runId: string, name: string): void {
  if (process.platform !== 'linux') return
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${runVariable}=${runId}\0`)) continue
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 120)
      process.kill(Number(pid), 'SIGKILL')
      console.log(`! ${name} left a process running: ${command}`)
    } catch (error) {
      if (!['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error
    }
  }
}
