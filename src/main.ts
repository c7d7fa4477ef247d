import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import packageJson from '../package.json' with { type: 'json' }
import { createApp } from './app.ts'
import { startWebhooks } from './capabilities/notifications/index.ts'
import { ensureLocalKey, ensureOwner } from './capabilities/identity/index.ts'
import { assertSettingVariables, loadSettingFile } from './capabilities/settings/index.ts'
import type { Config } from './platform/config/config.ts'
import { openDb } from './platform/db/client.ts'
import { migrate } from './platform/db/migrate.ts'
import { countRuns } from './platform/durable/count-runs.ts'
import { startDispatcher } from './platform/durable/dispatcher.ts'
import { fetchStatus } from './platform/durable/admin.ts'
import { startEngine } from './platform/durable/engine.ts'
import { startStuckAlarm } from './platform/durable/stuck-runs.ts'
import { startWorker } from './platform/durable/worker.ts'
import { createEventFeed } from './platform/events/event-feed.ts'
import { createMediaEngine } from './platform/ffmpeg/engine.ts'
import { cleanWorkDirs } from './platform/files/index.ts'
import { serveHttp } from './platform/http/serve-http.ts'
import type { Logger } from './platform/log/log.ts'
import { lockHome } from './platform/process/home-lock.ts'
import { keptPorts } from './platform/process/kept-ports.ts'
import { observeRuns } from './platform/telemetry/metrics.ts'
import { startTelemetry } from './platform/telemetry/telemetry.ts'
import { openStorage } from './providers/storage/index.ts'
import { startHousekeeping } from './housekeeping.ts'
import { keepDatabase } from './keep-database.ts'
import { createStopList } from './stop-list.ts'

export type Role = 'api' | 'worker'

export type StartOptions = {
  config: Config
  log: Logger
  /** What this process does. Default both. Parts that several processes share must then be configured by URL. */
  roles?: readonly Role[]
  /** Hears each stage of the start, for a person who waits. */
  onStage?: (stage: string) => void
  /** Whether whoever starts this shows `createdPassword` to a person. Default false: then none is made anew. */
  showsPassword?: boolean
  /** Aborting gives the start up; what had been started is stopped. */
  signal?: AbortSignal
  env?: Record<string, string | undefined>
}

export type Running = {
  /** Where API and Studio answer; empty for a process that is only a worker. */
  url: string
  /** The owner's one-time password, as long as none is configured and nobody has signed in. To be shown once. */
  createdPassword: string | undefined
  /** Key of the command line on this machine. */
  apiKey: string
  startMs: number
  stop(): Promise<void>
}

/**
 * Starts the product on its data directory and resolves when work is really consumed. Whatever was started is
 * stopped again when a later part fails. Failures are rows: the data directory in use, a port taken, a database that
 * cannot be used.
 */
export async function startCreatorOps(options: StartOptions): Promise<Running> {
  const { config, log } = options
  const roles = options.roles ?? ['api', 'worker']
  const stage = (text: string): void => {
    options.signal?.throwIfAborted()
    options.onStage?.(text)
  }
  const startedAt = performance.now()
  const stops = createStopList(log)
  try {
    // Processes of a fleet share no data directory; each has its own.
    const lock = await lockHome(config.home)
    stops.add('the lock of the data directory', () => lock.release())

    // Mistakes in what a person wrote are said before anything is started.
    assertSettingVariables(config)
    const settingFile = await loadSettingFile({ ...config, directory: process.cwd() })
    for (const warning of settingFile?.warnings ?? []) log.warn({ file: settingFile?.path }, warning)

    // A port in use is said at once, not after everything else has been started.
    if (roles.includes('api') && config.port !== 0) await tryAddress(config)

    const telemetry = startTelemetry(config, log, { version: packageJson.version })
    stops.add('telemetry', () => telemetry.stop())
    const ports = await keptPorts(config.home, {
      engine: { port: config.enginePort, count: 3 },
      worker: { port: config.workerPort, count: 1 },
    })

    stage('Starting the database and the workflow engine')
    const parts = [
      startDatabase(config, log, stops),
      startEngineOf(config, log, ports.engine, stops),
    ] as const
    // When one fails, the other must have come far enough to be stopped.
    await Promise.allSettled(parts)
    const [database, engine] = await Promise.all(parts)
    const migrated = await migrate(database.url, log)
    if (migrated.length > 0) stage('Preparing the database')
    const { db, writes, close } = openDb(database.url, { max: 20 })
    stops.add('the database connections', close)
    const { createdPassword } = await ensureOwner({ db }, config.owner, {
      showsPassword: options.showsPassword ?? false,
    })
    const { apiKey } = await ensureLocalKey({ db }, await readLocalKey(config.home))

    const storage = openStorage(config.objectsUrl, config.home, options.env ?? {})
    await storage.check()
    const events = createEventFeed({ url: database.url, db, log })
    stops.add('the event feed', () => events.close())
    await events.ready

    const stopping = new AbortController()
    const state: { worker?: ReturnType<typeof startWorker> } = {}
    const app = createApp({
      config,
      version: packageJson.version,
      log,
      db,
      databaseUrl: database.url,
      writes,
      settingFile,
      storage,
      mediaEngine: createMediaEngine({
        ffmpegPath: config.ffmpegPath,
        log,
        stallMs: config.stallSeconds * 1000,
      }),
      events,
      prometheusText: () => telemetry.prometheusText(),
      stopping: stopping.signal,
      probes: {
        database: async () => (await db.execute('select 1')).rowCount === 1,
        engine: async () => (await fetchStatus(`${engine.adminUrl}/health`)) === 200,
        worker: async () => (state.worker ? state.worker.isConsuming() : true),
      },
    })
    stops.add('uploads', () => app.uploads.close())

    if (roles.includes('worker')) {
      stage('Starting the worker')
      // The lock says that nobody else works in this directory.
      await cleanWorkDirs(config.home, 0)
      const worker = startWorker({
        db,
        log,
        engine,
        steps: app.steps,
        workflows: app.workflows,
        cpuSlots: config.cpuSlots,
        port: ports.worker,
        publicUrl: config.workerUrl,
        host: config.workerUrl ? config.host : undefined,
      })
      state.worker = worker
      stops.add('the worker', () => worker.stop())
      await worker.ready
      const alarm = startStuckAlarm({ db, log, adminUrl: engine.adminUrl })
      stops.add('the alarm for stuck runs', () => alarm.stop())
    }
    const forgetRuns = observeRuns(() => countRuns(db))
    stops.add('the metrics of runs', async () => forgetRuns())
    const dispatcher = startDispatcher({ db, databaseUrl: database.url, log, engine })
    stops.add('the dispatcher', () => dispatcher.stop())
    const webhooks = startWebhooks({ db, log, secret: config.secret, fetchAllow: config.fetchAllow })
    stops.add('webhooks', () => webhooks.stop())
    for (const service of app.services.filter((each) => each.roles.some((role) => roles.includes(role)))) {
      const started = service.start()
      stops.add(service.name, () => started.stop())
    }
    const housekeeping = startHousekeeping({ db, storage, home: config.home, log, uploads: app.uploads })
    stops.add('housekeeping', () => housekeeping.stop())

    let url = ''
    if (roles.includes('api')) {
      const server = await serveHttp(app.http, { host: config.host, port: config.port })
      url = server.url.replace('127.0.0.1', 'localhost')
      stops.add('the server', () => server.stop())
      stops.add('open streams', async () => stopping.abort())
      await writeLocal(config.home, { url: server.url, apiKey })
      await lock.announce(url)
    }
    options.signal?.throwIfAborted()
    return {
      url,
      createdPassword,
      apiKey,
      startMs: Math.round(performance.now() - startedAt),
      stop: () => stops.run(),
    }
  } catch (error) {
    await stops.run()
    throw error
  }
}

async function tryAddress({ host, port }: Config): Promise<void> {
  const server = await serveHttp({ fetch: () => new Response() }, { host, port })
  await server.stop(0)
}

async function startDatabase(config: Config, log: Logger, stops: ReturnType<typeof createStopList>) {
  if (config.databaseUrl) return { url: config.databaseUrl }
  const database = await keepDatabase({ dataDir: join(config.home, 'db'), log })
  stops.add('the database', () => database.stop())
  return database
}

async function startEngineOf(
  config: Config,
  log: Logger,
  port: number,
  stops: ReturnType<typeof createStopList>,
) {
  const { restateUrl, restateAdminUrl } = config
  const external =
    restateUrl && restateAdminUrl ? { ingressUrl: restateUrl, adminUrl: restateAdminUrl } : undefined
  const ports = { ingress: port, admin: port + 1, fabric: port + 2 }
  const engine = await startEngine({ home: config.home, log, ports, ...(external ? { external } : {}) })
  stops.add('the workflow engine', () => engine.stop())
  return engine
}

/** The command line of this machine finds the server, and a key for it, in a file that only this user can read. */
async function writeLocal(home: string, local: { url: string; apiKey: string }): Promise<void> {
  const path = join(home, 'local.json')
  await writeFile(path, JSON.stringify(local), { mode: 0o600 })
  await chmod(path, 0o600)
}

async function readLocalKey(home: string): Promise<string | undefined> {
  try {
    return (JSON.parse(await readFile(join(home, 'local.json'), 'utf8')) as { apiKey?: string }).apiKey
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}
