import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { BaseConfig } from '../config/config.ts'
import type { Logger } from '../log/log.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { cliErrors } from './errors.ts'

/** Starts a server inside this process and says how to reach it. */
export type StartServer = (options: {
  config: BaseConfig
  log: Logger
  signal: AbortSignal
}) => Promise<{ url: string; apiKey: string; stop: () => Promise<void> }>

export type ConnectApi = {
  config: BaseConfig
  log: Logger
  startServer?: StartServer
  signal: AbortSignal
  /** Hears of what takes a while, for a person who waits. */
  note?: (line: string) => void
}

const localServerSchema = z.object({ url: z.url(), apiKey: z.string().min(1) })

/**
 * Finds the server to talk to: the configured one, the one that runs on this machine (it leaves its address and a
 * key in `<home>/local.json`), or one started for this call, which `close` of the client stops again.
 */
export async function connectApi({ config, log, startServer, signal, note }: ConnectApi): Promise<ApiClient> {
  const resumeFile = join(config.home, 'cli-uploads.json')
  const { workspace } = config
  const local = await readLocalServer(config.home)

  if (config.url) {
    const apiKey = config.apiKey ?? (local?.url === config.url ? local.apiKey : undefined)
    if (!apiKey) throw cliErrors.noServer('CREATOROPS_URL is set, but CREATOROPS_API_KEY is not.')
    return createApiClient({ url: config.url, apiKey, workspace, resumeFile })
  }
  if (local && (await isAlive(local.url))) {
    return createApiClient({ url: local.url, apiKey: config.apiKey ?? local.apiKey, workspace, resumeFile })
  }
  if (!startServer) throw cliErrors.noServer('No server is running on this machine.')
  note?.('No server is running here; starting one for this command …')
  const started = await startServer({ config, log, signal })
  return createApiClient({
    url: started.url,
    apiKey: started.apiKey,
    workspace,
    resumeFile,
    onClose: started.stop,
  })
}

async function readLocalServer(home: string): Promise<z.infer<typeof localServerSchema> | undefined> {
  const text = await readFile(join(home, 'local.json'), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'EACCES') return undefined
    throw cause
  })
  if (text === undefined) return undefined
  // A half-written or foreign file means the same as none: no server is known.
  const parsed = localServerSchema.safeParse(jsonOrUndefined(text))
  return parsed.success ? parsed.data : undefined
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function isAlive(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
  await answer?.body?.cancel()
  return answer?.ok ?? false
}
