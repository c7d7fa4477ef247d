import type { Logger } from '../../../platform/log/log.ts'
import { attemptDelivery, claimDue, type DeliverDeps } from './deliver-due.ts'
import { sweepDeliveries } from './deliveries.ts'
import { queueDeliveries } from './queue-deliveries.ts'

export type StartWebhooks = Omit<DeliverDeps, 'signal'> & {
  log: Logger
  /** Pause between looks. Default one second. */
  everyMs?: number
}

/** Deliveries under way at once in this process: a receiver that hangs holds up one of them. */
const maxAtOnce = 8
const sweepEveryMs = 600_000

/** Carries events to webhooks until it is stopped. Safe in several processes at once. */
export function startWebhooks(options: StartWebhooks): { stop(): Promise<void> } {
  const { log } = options
  const stopping = new AbortController()
  const deps: DeliverDeps = { ...options, signal: stopping.signal }
  const underWay = new Set<Promise<void>>()
  const state = { sweptAt: performance.now(), failures: 0, timer: undefined as NodeJS.Timeout | undefined }

  function deliver(due: Awaited<ReturnType<typeof claimDue>>[number]): void {
    const attempt = attemptDelivery(deps, due)
      .catch((error: unknown) => log.warn({ err: error }, 'an attempt at a webhook was not written down'))
      .finally(() => underWay.delete(attempt))
    underWay.add(attempt)
  }

  async function look(): Promise<void> {
    while ((await queueDeliveries(deps)) > 0) if (stopping.signal.aborted) return
    const due = await claimDue(deps, maxAtOnce - underWay.size)
    for (const one of due) deliver(one)
    if (performance.now() - state.sweptAt < sweepEveryMs) return
    state.sweptAt = performance.now()
    await sweepDeliveries(deps)
  }

  async function round(): Promise<void> {
    try {
      await look()
      state.failures = 0
    } catch (error) {
      state.failures += 1
      log[state.failures === 1 ? 'warn' : 'debug']({ err: error }, 'webhooks could not be looked after')
    }
    const pauseMs = Math.min((options.everyMs ?? 1_000) * 2 ** Math.min(state.failures, 5), 30_000)
    if (!stopping.signal.aborted) state.timer = setTimeout(() => (current = round()), pauseMs).unref()
  }

  let current = round()
  return {
    async stop() {
      stopping.abort()
      clearTimeout(state.timer)
      await current
      await Promise.all(underWay)
    },
  }
}
