import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, readSync, fstatSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { durableErrors } from './errors.ts'

/** The engine's program for this platform, as npm installed it. Never through its npm wrapper, which reports installs. */
export function engineBinary(): string {
  const path = join(dirname(engineManifest()), 'bin', 'restate-server')
  if (!existsSync(path)) throw durableErrors.engineMissing(`${path} does not exist.`)
  return path
}

/** The version of the installed engine. */
export function engineVersion(): string {
  return (JSON.parse(readFileSync(engineManifest(), 'utf8')) as { version: string }).version
}

function engineManifest(): string {
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}`
  try {
    return createRequire(import.meta.url).resolve(`${name}/package.json`)
  } catch (cause) {
    throw durableErrors.engineMissing(`The package ${name} is not installed.`, { cause })
  }
}

/** Whether the process runs and was started with this configuration file: then it is ours and not a reused id. */
export function isEngineProcess(pid: number, configPath: string): boolean {
  try {
    const line =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        : execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' })
    return line.includes('restate-server') && line.includes(configPath)
  } catch {
    // No such process: both the file and ps fail then.
    return false
  }
}

/**
 * Starts the engine as its own process group with its output in a file: Ctrl-C in the terminal reaches only us,
 * so that we can stop in order, and if we are killed the engine lives on and the next start adopts it.
 */
export function spawnEngine(options: {
  binary: string
  configPath: string
  dataDir: string
  logPath: string
}): ChildProcess {
  const out = openSync(options.logPath, 'a', 0o600)
  // Our file alone configures it; and a proxy of this machine must not come between it and the worker beside it.
  const isForeign = (name: string) => name.startsWith('RESTATE_') || /^(?:https?|all)_proxy$/i.test(name)
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isForeign(name)))
  try {
    return spawn(options.binary, ['--no-logo', '-c', options.configPath, '--base-dir', options.dataDir], {
      stdio: ['ignore', out, out],
      detached: true,
      env: { ...env, DO_NOT_TRACK: '1' },
    })
  } finally {
    closeSync(out)
  }
}

/** Ends a process and waits until it is gone: asks first, kills after the grace time. */
export async function endProcess(pid: number, graceMs: number): Promise<void> {
  const isAlive = () => isRunning(pid)
  if (!isAlive()) return
  process.kill(pid, 'SIGTERM')
  if (await until(() => !isAlive(), graceMs)) return
  if (isAlive()) process.kill(pid, 'SIGKILL')
  await until(() => !isAlive(), 5_000)
}

/** Whether a process with this id exists and is not a zombie that waits to be collected. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    // ESRCH: there is no such process.
    return false
  }
  if (process.platform !== 'linux') return true
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z'
  } catch {
    // It went away between the two looks.
    return false
  }
}

/** Polls until the condition holds; false when the time is over. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    if (await condition()) return true
    if (performance.now() > deadline) return false
    await delay(25)
  }
}

/** The last part of a log file, for error messages. */
export function logTail(path: string, maxBytes = 2_000): string {
  if (!existsSync(path)) return ''
  const file = openSync(path, 'r')
  try {
    const size = fstatSync(file).size
    const buffer = Buffer.alloc(Math.min(size, maxBytes))
    readSync(file, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8').trim()
  } finally {
    closeSync(file)
  }
}
