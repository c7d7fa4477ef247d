import type { StartServer } from './platform/cli/connect-api.ts'
import { loadConfig } from './platform/config/config.ts'

/**
 * Starts the product inside this process for one call of the command line, on the usual data directory and any free
 * port, so that it disturbs nobody who uses the usual one for something else.
 */
export const startEmbeddedServer: StartServer = async ({ log, signal }) => {
  const config = loadConfig(process.env)
  const { startCreatorOps } = await import('./main.ts')
  const running = await startCreatorOps({
    config: { ...config, port: 0, rateLimitPerMinute: 100_000 },
    log,
    env: process.env,
    signal,
  })
  return { url: running.url, apiKey: running.apiKey, stop: () => running.stop() }
}
