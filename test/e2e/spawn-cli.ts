import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const program = join(root, 'bin/creatorops')

export type SpawnCli = {
  home: string
  env?: Record<string, string>
  /** Another user of this machine to run as; only root may ask for that. */
  user?: { name: string; group: string }
  cwd?: string
}

export type CliProcess = {
  child: ChildProcess
  /** All that was written so far. */
  readonly stdout: string
  readonly stderr: string
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}

/** Starts the command line as a person does, in a process group of its own, with nothing of our environment. */
export function spawnCli(args: readonly string[], options: SpawnCli): CliProcess {
  const { user } = options
  const asUser = user ? ['setpriv', '--reuid', user.name, '--regid', user.group, '--clear-groups'] : []
  const [file, ...rest] = [...asUser, program, ...args]
  const child = spawn(file!, rest, {
    cwd: options.cwd ?? root,
    env: {
      PATH: process.env['PATH'] ?? '',
      CREATOROPS_HOME: options.home,
      CREATOROPS_PORT: '0',
      CREATOROPS_ENGINE_PORT: '0',
      CREATOROPS_WORKER_PORT: '0',
      // Lets the runner of the tests find what a failed test left.
      ...(process.env['CREATOROPS_TEST_RUN']
        ? { CREATOROPS_TEST_RUN: process.env['CREATOROPS_TEST_RUN'] }
        : {}),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const said = { stdout: '', stderr: '' }
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  return {
    child,
    get stdout() {
      return said.stdout
    },
    get stderr() {
      return said.stderr
    },
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, ...said })),
  }
}

/** Runs one command to its end. */
export function runCli(args: readonly string[], options: SpawnCli) {
  return spawnCli(args, options).ended
}

/** What a failed command with `--json` says. */
export function failureOf({ stderr }: { stderr: string }): { code: string; message: string; help: string } {
  const line = stderr
    .trim()
    .split('\n')
    .findLast((text) => text.startsWith('{"error"'))
  if (!line) throw new Error(`no failure in: ${stderr}`)
  return (JSON.parse(line) as { error: { code: string; message: string; help: string } }).error
}
