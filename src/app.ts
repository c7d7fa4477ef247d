import { join, resolve } from 'node:path'
import type { OpenAPIHono } from '@hono/zod-openapi'
import {
  assetRoutes,
  createAssetFromFile,
  createUploadServer,
  deliveryRoutes,
  measureStorage,
  uploadRoutes,
} from './capabilities/assets/index.ts'
import { auditRoutes } from './capabilities/audit/index.ts'
import { clipsPart, tightCutPart } from './capabilities/clips/index.ts'
import { costsPart, estimateCost } from './capabilities/costs/index.ts'
import { adaptationRoutes, draftRoutes } from './capabilities/drafts/index.ts'
import { createFlagClient, createFlagStore, flagsPart } from './capabilities/flags/index.ts'
import { authenticator, authRoutes, createAuth, identityRoutes } from './capabilities/identity/index.ts'
import {
  mediaRoutes,
  packagePart,
  renditionPart,
  suggestionsPart,
  transcriptsPart,
} from './capabilities/media/index.ts'
import {
  configuredVendors,
  createLlmDoor,
  embeddingPart,
  footagePart,
  type KeepFootage,
  modelsPart,
  speechPart,
} from './capabilities/models/index.ts'
import { notificationRoutes, webhookRoutes } from './capabilities/notifications/index.ts'
import { operationRoutes } from './capabilities/operations/index.ts'
import {
  finishedProductions,
  productionRoutes,
  productionSteps,
  recordingRuns,
} from './capabilities/productions/index.ts'
import { promptsPart, readPromptLibrary } from './capabilities/prompts/index.ts'
import {
  findSecret,
  openSecretMemory,
  openSettingSources,
  readSetting,
  type SettingFile,
  settingsPart,
} from './capabilities/settings/index.ts'
import { videosPart } from './capabilities/videos/index.ts'
import { systemActor } from './kernel/actor.ts'
import { type Config, readConfig } from './platform/config/config.ts'
import { type Db, openDb } from './platform/db/client.ts'
import type { StepHandler, WorkflowHandler } from './platform/durable/define.ts'
import { runRoutes } from './platform/durable/routes.ts'
import { listEventsAfter } from './platform/events/list-events.ts'
import type { EventFeed } from './platform/events/event-feed.ts'
import { createMediaEngine, type MediaEngine } from './platform/ffmpeg/engine.ts'
import { createHttp } from './platform/http/create-http.ts'
import { docsRoutes } from './platform/http/docs-routes.ts'
import { eventRoutes } from './platform/http/event-routes.ts'
import type { HttpEnv } from './platform/http/http-env.ts'
import { staticRoutes } from './platform/http/static-routes.ts'
import { type Logger, silentLog } from './platform/log/log.ts'
import type { Part, Service } from './platform/part.ts'
import { promptData } from './prompt-data.ts'
import { openEmbed } from './providers/embed/index.ts'
import { openSecrets } from './providers/secrets/index.ts'
import { machineCredentials } from './providers/llm/index.ts'
import { openSpeech } from './providers/speech/index.ts'
import { type ObjectStorage, openStorage } from './providers/storage/index.ts'
import { type MakeLocally, openTranscode } from './providers/transcode/index.ts'
import { openTranscribers } from './providers/transcribe/index.ts'
import { openVideoModels } from './providers/video-model/index.ts'

/** What is running underneath: everything with a lifetime, started by `main.ts` and ended by it. */
export type Parts = {
  config: Config
  version: string
  log: Logger
  db: Db
  databaseUrl: string
  /** Counts what this process writes; see `countWrites`. */
  writes?: () => number
  storage: ObjectStorage
  mediaEngine: MediaEngine
  events: EventFeed
  /** What the file with settings says, when there is one. */
  settingFile?: SettingFile | undefined
  probes: { database: () => Promise<boolean>; engine: () => Promise<boolean>; worker: () => Promise<boolean> }
  prometheusText: () => Promise<string>
  /** Fires when the process begins to stop: open streams end. */
  stopping: AbortSignal
}

export type App = {
  http: OpenAPIHono<HttpEnv>
  steps: StepHandler[]
  workflows: WorkflowHandler[]
  /** To be started by processes with the role that each names. */
  services: Service[]
  uploads: ReturnType<typeof createUploadServer>
}

/** Joins everything. The one place that knows all parts of the product. */
export function createApp(parts: Parts): App {
  const { config, db, log } = parts
  const now = () => new Date()
  const auth = createAuth({ db, config, log, now })
  const authenticate = authenticator({ db, service: auth, now })
  const settingSources = openSettingSources({ db, config, events: parts.events, file: parts.settingFile })
  const settings = { db, config, settingSources }
  const secretStore = openSecrets({ ...config, db })
  const secretMemory = openSecretMemory({ config, secretStore, events: parts.events })
  const speech = openSpeech({ ...config, searchPath: process.env['PATH'] })
  const llm = createLlmDoor({
    anthropicBaseUrl: config.anthropicUrl,
    openaiBaseUrl: config.openaiUrl,
    compatibleBaseUrl: config.llmUrl,
    ollamaBaseUrl: config.ollamaUrl,
    bedrockRegion: config.bedrockRegion,
    bedrockBaseUrl: config.bedrockUrl,
    modelsDir: config.modelsDir,
    keys: { anthropic: config.anthropicApiKey, openai: config.openaiApiKey, compatible: config.llmApiKey },
    findSecret: (workspaceId, name) => findSecret({ config, secretMemory }, { workspaceId, name }),
    awsCredentials: machineCredentials,
  })
  const flagStore = createFlagStore({ db, log, environment: config.environment, events: parts.events })
  const deps = {
    db,
    flags: createFlagClient({ db, log, store: flagStore }),
    log,
    now,
    config,
    settingSources,
    secretMemory,
    home: config.home,
    secret: config.secret,
    deliverySeconds: config.deliverySeconds,
    storage: parts.storage,
    engine: parts.mediaEngine,
    transcribers: openTranscribers({ config, engine: parts.mediaEngine, env: process.env }),
    openTranscoder: (make: MakeLocally, mustBeHere: boolean) =>
      openTranscode({ config, make, mustBeHere, env: process.env }),
    quotaBytes: (workspaceId: string) => readSetting(settings, workspaceId, 'workspace.quotaBytes'),
  }
  const uploads = createUploadServer({
    ...deps,
    databaseUrl: parts.databaseUrl,
    maxUploadBytes: config.maxUploadBytes,
  })

  // A database of somebody else's may have other writers.
  const alone = config.databaseUrl === undefined && parts.writes ? { writes: parts.writes } : {}
  const http = createHttp({ log, config, db, authenticate, now, ...alone })
  http.route('/', authRoutes({ db, service: auth, now }))
  const modelDeps = {
    ...deps,
    environment: config.environment,
    llm,
    speech,
    hasVendor: configuredVendors(config),
    embedders: openEmbed(config),
    videoModels: openVideoModels(config),
    keepFootage: async ({ workspaceId, path, name }: Parameters<KeepFootage>[0]) => {
      const footage = {
        actor: systemActor('footage', workspaceId),
        path,
        name,
        kind: 'recording',
        move: true,
      } as const
      return { assetId: (await createAssetFromFile(deps, footage)).id }
    },
  }
  const all: Part[] = [
    { routes: [identityRoutes({ db, service: auth, publicUrl: config.publicUrl, now })] },
    { routes: [auditRoutes(deps)] },
    { routes: [notificationRoutes(deps), webhookRoutes({ ...deps, fetchAllow: config.fetchAllow })] },
    settingsPart({
      ...settings,
      now,
      secretStore,
      secretMemory,
      prices: {
        estimate: (workspaceId, lines) => estimateCost(deps, { workspaceId, lines }),
        voices: async () => (await speech.list()).voices,
      },
    }),
    flagsPart({ db, log, environment: config.environment, store: flagStore }),
    costsPart({
      ...deps,
      environment: config.environment,
      listResults: [finishedProductions(deps)],
      measureStorage: async (workspaceId) => ({
        where: config.objectsUrl?.startsWith('s3:') ? 's3' : 'local',
        byAge: await measureStorage(deps, workspaceId),
      }),
    }),
    promptsPart({ db, library: readPromptLibrary(), realData: promptData({ db, config }) }),
    speechPart(modelDeps),
    embeddingPart(modelDeps),
    footagePart(modelDeps),
    modelsPart(modelDeps),
    { routes: [uploadRoutes({ uploads }), assetRoutes(deps)] },
    { routes: [mediaRoutes(deps)] },
    transcriptsPart(deps),
    suggestionsPart(deps),
    renditionPart(deps),
    packagePart(deps),
    tightCutPart(deps),
    clipsPart({ ...deps, fetchAllow: config.fetchAllow, clipHosts: config.clipHosts }),
    videosPart(),
    { routes: [draftRoutes(deps), adaptationRoutes(deps)] },
    { routes: [productionRoutes(deps)], steps: productionSteps(deps), workflows: [recordingRuns()] },
    { routes: [runRoutes(deps)] },
    {
      routes: [
        eventRoutes({
          authenticate,
          stopping: parts.stopping,
          listAfter: (workspaceId, seq, limit) => listEventsAfter(db, workspaceId, seq, limit),
          subscribe: (workspaceId, receive) => parts.events.subscribe(workspaceId, receive),
        }),
      ],
    },
  ]
  for (const { routes = [] } of all) for (const part of routes) http.route('/api/v1', part)
  http.route('/', deliveryRoutes(deps))
  http.route('/', docsRoutes(http))
  http.route(
    '/',
    operationRoutes({
      version: parts.version,
      probes: parts.probes,
      prometheusText: parts.prometheusText,
      authenticate,
    }),
  )
  http.route('/', staticRoutes({ dir: studioDir() }))

  return {
    http,
    uploads,
    steps: all.flatMap(({ steps = [] }) => steps),
    workflows: all.flatMap(({ workflows = [] }) => workflows),
    services: all.flatMap(({ services = [] }) => services),
  }
}

/** Where the exported Studio is: built by `npm run prepare`. */
export function studioDir(): string {
  return join(resolve(import.meta.dirname, '..'), 'apps', 'web', 'out')
}

/** The routes without anything underneath, for the API description: nothing is opened, and no request is answered. */
export function createAppForDocs(): OpenAPIHono<HttpEnv> {
  const config = { ...readConfig({}), secret: 'only the description is made from this'.padEnd(40, '.') }
  const log = silentLog()
  const never = async () => false
  return createApp({
    config,
    version: '0',
    log,
    db: openDb('postgres:///unused').db,
    databaseUrl: 'postgres:///unused',
    storage: openStorage(undefined, config.home),
    mediaEngine: createMediaEngine({ log }),
    events: { subscribe: () => () => undefined, ready: Promise.resolve(), close: async () => undefined },
    probes: { database: never, engine: never, worker: never },
    prometheusText: async () => '',
    stopping: new AbortController().signal,
  }).http
}
