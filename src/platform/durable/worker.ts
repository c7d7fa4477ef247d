import { createServer, type Http2Session } from 'node:http2'
import { randomUUID } from 'node:crypto'

import { createEndpointHandler, implement } from '@restatedev/restate-sdk'
import { connect, rpc } from '@restatedev/restate-sdk-clients'

import type { Db } from '../db/client.ts'
import type { Logger } from '../log/log.ts'
import { cpuScope, probeContract, type Namespace } from './contracts.ts'
import { createCpuLimiter, type CpuLimiter } from './cpu-limiter.ts'
import type { StepHandler, WorkflowHandler } from './define.ts'
import { deploymentHash, drainDeployments, registerDeployment, setCpuSlots } from './deployments.ts'
import { durableErrors } from './errors.ts'
import { engineLogger } from './engine-logger.ts'
import { stepService } from './run-step.ts'
import { workflowService } from './run-workflow.ts'
import { scheduleService } from './schedule.ts'

export type StartWorker = {
  db: Db
  log: Logger
  engine: { ingressUrl: string; adminUrl: string }
  steps: StepHandler[]
  workflows: WorkflowHandler[]
  /** CPU steps that run at once on this machine. */
  cpuSlots: number
  /** CPU steps that run at once on all workers together. Default: as on this machine. */
  fleetCpuSlots?: number
  /** Port of the endpoint that the engine calls; 0 takes a free one. A fixed one lets a restart resume at once. */
  port: number
  /** Address to listen on, default 127.0.0.1, and the URL under which the engine reaches it, if another. */
  host?: string
  publicUrl?: string
  namespace?: Namespace
  limiter?: CpuLimiter
}

export type Worker = {
  /** Resolves when the engine knows this worker and a call has come through it; rejects when that fails. */
  ready: Promise<void>
  /** Calls a service that does nothing, through the engine: true proves that work is really consumed. */
  isConsuming(): Promise<boolean>
  readonly port: number
  /** Ends the bodies that run (their signal aborts); the engine gives their work to the next worker. */
  stop(): Promise<void>
}

/** Serves steps and workflows to the engine, and registers them as this release. */
export function startWorker(options: StartWorker): Worker {
  const namespace = options.namespace ?? ''
  const log = options.log.child({ part: 'worker' })
  const workerId = randomUUID()
  const bodies = new Set<Promise<unknown>>()
  const sessions = new Set<Http2Session>()
  const { ingressUrl, adminUrl } = options.engine
  const ingress = connect({ url: ingressUrl })
  const state = { port: options.port, stopped: false, renewal: undefined as NodeJS.Timeout | undefined }

  const server = createServer()
  server.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })

  async function start(): Promise<void> {
    const scope = cpuScope(namespace)
    const slots = options.fleetCpuSlots ?? options.cpuSlots
    const hasScopes = await setCpuSlots(adminUrl, scope, slots)
    if (!hasScopes) log.warn('this engine has no scopes: CPU work is bounded on each worker only')
    server.on('request', createEndpointHandler({ services: services(hasScopes), logger: engineLogger(log) }))
    state.port = await listen(server, options.port, options.host ?? '127.0.0.1')

    const base = (options.publicUrl ?? `http://127.0.0.1:${state.port}`).replace(/\/$/, '')
    const uri = `${base}/v${deploymentHash(options, hasScopes)}`
    let keepId = await registerDeployment(adminUrl, uri)
    await drainDeployments({ adminUrl, log, namespace, keepId })
    if (!(await isConsuming()))
      throw durableErrors.engineFailed('The worker is registered but no call reaches it.')
    if (state.stopped) return

    // Again and again, for old releases finish in their own time, and an engine may come back without its data.
    const renew = async () => {
      try {
        await setCpuSlots(adminUrl, scope, slots)
        keepId = await registerDeployment(adminUrl, uri)
        await drainDeployments({ adminUrl, log, namespace, keepId })
      } catch (error) {
        log.warn({ err: error }, 'the registration of this worker could not be renewed')
      }
    }
    state.renewal = setInterval(() => void renew(), 60_000).unref()
  }

  function services(hasScopes: boolean) {
    const limiter = options.limiter ?? createCpuLimiter(options.cpuSlots)
    const deps = {
      db: options.db,
      log,
      namespace,
      limiter,
      bodies,
      hasScopes,
    }
    const workflows = options.workflows.map((handler) => handler.workflow)
    return [
      ...options.steps.map((handler) => stepService(deps, handler)),
      ...options.workflows.map((handler) => workflowService(deps, handler)),
      scheduleService(deps, workflows),
      implement(probeContract(namespace), {
        handlers: { ping: async () => ({ workerId }) },
        // An unanswered probe is of no use later: it must not pile up while no worker is there.
        options: {
          journalRetention: 0,
          idempotencyRetention: 0,
          retryPolicy: { maxAttempts: 5, onMaxAttempts: 'kill' },
        },
      }),
    ]
  }

  async function isConsuming(): Promise<boolean> {
    try {
      await ingress.client(probeContract(namespace)).ping({}, rpc.opts({ timeout: 5_000 }))
      return true
    } catch {
      // Any failure here means the same to the caller: no.
      return false
    }
  }

  const ready = start()
  // Whoever awaits `ready` sees the failure; nobody having to await it must not end the process.
  ready.catch(() => {})

  return {
    ready,
    isConsuming,
    get port() {
      return state.port
    },
    async stop() {
      state.stopped = true
      await ready.catch(() => {})
      clearInterval(state.renewal)
      for (const session of sessions) session.destroy()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
      await Promise.race([
        Promise.allSettled(bodies),
        new Promise((resolve) => setTimeout(resolve, 5_000).unref()),
      ])
    },
  }
}

function listen(server: ReturnType<typeof createServer>, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      reject(
        durableErrors.portTaken(`Port ${port}, which the worker needs, is in use.`, {
          detail: { port, name: 'worker' },
        }),
      )
    })
    server.listen(port, host, () => resolve((server.address() as { port: number }).port))
  })
}
