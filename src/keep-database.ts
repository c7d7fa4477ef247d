import { setTimeout as delay } from 'node:timers/promises'
import { startEmbeddedPostgres } from './platform/db/embedded.ts'
import type { Logger } from './platform/log/log.ts'

const longestPauseMs = 10_000

/**
 * The embedded database, started again whenever it ends by itself. Its URL stays the same, so connections that were
 * lost are simply opened again. Fails like `startEmbeddedPostgres` if the first start fails.
 */
export async function keepDatabase(options: {
  dataDir: string
  log: Logger
}): Promise<{ url: string; stop(): Promise<void> }> {
  const { log } = options
  const stopping = new AbortController()
  let current = await startEmbeddedPostgres(options)
  let reviving: Promise<void> = Promise.resolve()

  function watch(): void {
    void current.died.then(() => (reviving = revive()))
  }

  async function revive(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      log.error('the database server ended unexpectedly and is started again')
      try {
        current = await startEmbeddedPostgres(options)
        return watch()
      } catch (error) {
        log.error({ err: error }, 'the database server could not be started; trying again')
      }
      const pauseMs = Math.min(500 * 2 ** failures, longestPauseMs)
      // Its only failure is the abort, which the loop looks at.
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  watch()
  return {
    url: current.url,
    async stop() {
      stopping.abort()
      await reviving
      await current.stop()
    },
  }
}
