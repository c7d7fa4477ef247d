import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { fetchStatus } from './admin.ts'
import { engineConfig } from './engine-config.ts'
import {
  endProcess,
  engineBinary,
  engineVersion,
  isEngineProcess,
  isRunning,
  logTail,
  spawnEngine,
  until,
} from './engine-process.ts'
import { durableErrors } from './errors.ts'
import type { Logger } from '../log/log.ts'
import { defaultEnginePorts, isPortFree, type EnginePorts } from './ports.ts'

export type StartEngine = {
  /** Data directory of the product; the engine's own is `<home>/restate`. */
  home: string
  log: Logger
  ports?: Partial<EnginePorts>
  /** An engine that somebody else runs. Both or neither; with them nothing is started here. */
  external?: { ingressUrl: string; adminUrl: string }
  /** See `EngineSettings.inactivityS`. Default 300. */
  inactivityS?: number
  /** How long a start may take before it counts as failed. Default 60 s: a starved machine took 11 s. */
  startTimeoutMs?: number
}

export type Engine = {
  ingressUrl: string
  adminUrl: string
  /** Process id of the current engine process; undefined for an external one. Changes when it is restarted. */
  readonly pid: number | undefined
  /** True when a process that an earlier, killed `up` had left behind was taken over. */
  adopted: boolean
  /** From the call until both doors answered. */
  startMs: number
  /** Ends the engine in order. An external one is left alone. */
  stop(): Promise<void>
}

type PidFile = { pid: number; config: string }

/**
 * Starts the embedded engine under `<home>/restate` and keeps it running: when the process ends it is started again,
 * with a growing pause, until `stop`. Takes over the process of an earlier run that was killed. Resolves when the
 * engine accepts work. Fails with `durable.portTaken`, `durable.engineMissing` or `durable.engineFailed`.
 */
export async function startEngine(options: StartEngine): Promise<Engine> {
  const startedAt = performance.now()
  if (options.external) return reachExternal(options.external, startedAt)

  const dir = resolve(options.home, 'restate')
  const ports = { ...defaultEnginePorts, ...options.ports }
  const paths = {
    config: join(dir, 'restate.toml'),
    data: join(dir, 'data'),
    log: join(dir, 'restate.log'),
    pid: join(dir, 'engine.pid.json'),
  }
  const binary = engineBinary()
  const config = engineConfig({ ports, version: engineVersion(), inactivityS: options.inactivityS ?? 300 })
  const timeoutMs = options.startTimeoutMs ?? 60_000
  const urls = {
    ingressUrl: `http://127.0.0.1:${ports.ingress}`,
    adminUrl: `http://127.0.0.1:${ports.admin}`,
  }
  const log = options.log.child({ part: 'engine' })
  mkdirSync(dir, { recursive: true, mode: 0o700 })

  const state = { pid: undefined as number | undefined, stopping: false, failures: 0 }

  function spawnOne(): void {
    if (sizeOf(paths.log) > 10_000_000) truncateSync(paths.log)
    const child = spawnEngine({ binary, configPath: paths.config, dataDir: paths.data, logPath: paths.log })
    state.pid = child.pid
    child.once('error', (error) => log.error({ err: error }, 'the engine could not be started'))
    child.unref()
    if (child.pid !== undefined) {
      writeFileSync(paths.pid, JSON.stringify({ pid: child.pid, config } satisfies PidFile), { mode: 0o600 })
    }
  }

  const orphan = readPidFile(paths.pid)
  const isOurs = orphan !== undefined && isEngineProcess(orphan.pid, paths.config)
  let adopted = false
  if (isOurs && orphan.config === config && (await waitHealthy(urls, 10_000, orphan.pid))) {
    state.pid = orphan.pid
    adopted = true
    log.info({ pid: orphan.pid }, 'took over the engine that an earlier start left behind')
  } else {
    if (isOurs) await endProcess(orphan.pid, 10_000)
    await refuseTakenPorts(ports)
    writeFileSync(paths.config, config, { mode: 0o600 })
    spawnOne()
  }

  if (!adopted && !(await waitHealthy(urls, timeoutMs, state.pid))) {
    const tail = logTail(paths.log)
    if (state.pid !== undefined) await endProcess(state.pid, 1_000)
    rmSync(paths.pid, { force: true })
    throw durableErrors.engineFailed(`The workflow engine did not become ready. Its last words: ${tail}`)
  }

  const watch = watchEngine(state, log, async () => {
    spawnOne()
    return waitHealthy(urls, timeoutMs, state.pid)
  })

  return {
    ...urls,
    get pid() {
      return state.pid
    },
    adopted,
    startMs: Math.round(performance.now() - startedAt),
    async stop() {
      state.stopping = true
      watch.abort()
      if (state.pid !== undefined) await endProcess(state.pid, 10_000)
      rmSync(paths.pid, { force: true })
    },
  }
}

/** Looks every quarter of a second whether the process lives, adopted ones too, which send us no exit event. */
function watchEngine(
  state: { pid: number | undefined; stopping: boolean; failures: number },
  log: Logger,
  restart: () => Promise<boolean>,
): AbortController {
  const watch = new AbortController()
  void (async () => {
    while (!watch.signal.aborted) {
      await delay(250, undefined, { ref: false })
      if (watch.signal.aborted || (state.pid !== undefined && isRunning(state.pid))) continue
      const pauseMs = Math.min(100 * 2 ** state.failures, 10_000)
      log.warn({ pid: state.pid, pauseMs }, 'the engine ended unexpectedly and is started again')
      await delay(pauseMs, undefined, { ref: false })
      // `stop` may have come during the pause.
      if (watch.signal.aborted) return
      state.failures = (await restart()) ? 0 : state.failures + 1
    }
  })()
  return watch
}

/** Whether the engine accepts calls and orders right now. */
export async function engineAnswers(urls: { ingressUrl: string; adminUrl: string }): Promise<boolean> {
  const [ingress, admin] = await Promise.all([
    fetchStatus(`${urls.ingressUrl}/restate/health`),
    fetchStatus(`${urls.adminUrl}/health`),
  ])
  return ingress === 200 && admin === 200
}

async function waitHealthy(
  urls: { ingressUrl: string; adminUrl: string },
  timeoutMs: number,
  pid: number | undefined,
): Promise<boolean> {
  let isHealthy = false
  await until(async () => {
    if (pid !== undefined && !isRunning(pid)) return true
    isHealthy = await engineAnswers(urls)
    return isHealthy
  }, timeoutMs)
  return isHealthy
}

async function reachExternal(
  urls: { ingressUrl: string; adminUrl: string },
  startedAt: number,
): Promise<Engine> {
  const ingressUrl = urls.ingressUrl.replace(/\/$/, '')
  const adminUrl = urls.adminUrl.replace(/\/$/, '')
  if (!(await waitHealthy({ ingressUrl, adminUrl }, 10_000, undefined))) {
    throw durableErrors.engineFailed(`No workflow engine answers at ${ingressUrl} and ${adminUrl}.`)
  }
  const startMs = Math.round(performance.now() - startedAt)
  return { ingressUrl, adminUrl, pid: undefined, adopted: false, startMs, stop: async () => {} }
}

async function refuseTakenPorts(ports: EnginePorts): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    if (await isPortFree(port)) continue
    throw durableErrors.portTaken(`Port ${port}, which the workflow engine needs (${name}), is in use.`, {
      detail: { port, name },
    })
  }
}

function readPidFile(path: string): PidFile | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as PidFile
  } catch {
    // Missing, or cut short by a crash: then there is nothing to take over.
    return undefined
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
