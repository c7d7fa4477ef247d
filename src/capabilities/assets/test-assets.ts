import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor } from '../../kernel/actor.ts'
import { type FreshDb, freshDb } from '../../platform/db/test-db.ts'
import { createHttp } from '../../platform/http/create-http.ts'
import { serveHttp } from '../../platform/http/serve-http.ts'
import { createLog } from '../../platform/log/log.ts'
import { localStorage, type ObjectStorage } from '../../providers/storage/index.ts'
import type { AssetDeps } from './asset-deps.ts'
import { deliveryRoutes } from './delivery-routes.ts'
import { assetRoutes } from './routes.ts'
import { uploadRoutes } from './upload-routes.ts'
import { createUploadServer, type UploadServer } from './upload-server.ts'

export type AssetsServer = {
  url: string
  deps: AssetDeps
  uploads: UploadServer
  /** Headers of a person who may do everything in workspace `ws_a`, or in another one. */
  as(workspaceId?: string, permissions?: string[]): Record<string, string>
  stop(): Promise<void>
}

export type AssetsBench = {
  home: string
  fresh: FreshDb
  storage: ObjectStorage
  /** Starts one more API process's worth of server on the same data. */
  start(options?: {
    quotaBytes?: number
    maxUploadBytes?: number
    uploadExpiryMs?: number
  }): Promise<AssetsServer>
  close(): Promise<void>
}

/** A data directory, a database and as many servers on them as a test wants. */
export async function openBench(
  options: { storage?: ObjectStorage; home?: string } = {},
): Promise<AssetsBench> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'assets-')))
  const fresh = await freshDb()
  const storage = options.storage ?? localStorage(join(home, 'objects'))
  const running = new Set<AssetsServer>()
  const log = createLog({ level: 'silent' })

  async function start(limits: Parameters<AssetsBench['start']>[0] = {}): Promise<AssetsServer> {
    const { quotaBytes = 1e12, maxUploadBytes = 1e11, uploadExpiryMs } = limits
    const deps: AssetDeps = {
      db: fresh.db,
      storage,
      home,
      secret: 'test secret',
      quotaBytes: () => quotaBytes,
      log,
    }
    const uploads = createUploadServer({ ...deps, databaseUrl: fresh.url, maxUploadBytes, uploadExpiryMs })
    const app = createHttp({
      log,
      db: fresh.db,
      config: { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 100_000 },
      authenticate: async (request) => actorOf(request),
    })
    app.route('/api/v1', assetRoutes(deps))
    app.route('/api/v1', uploadRoutes({ uploads }))
    app.route('/', deliveryRoutes(deps))
    const http = await serveHttp(app, { host: '127.0.0.1', port: 0 })
    const server: AssetsServer = {
      url: http.url,
      deps,
      uploads,
      as: (workspaceId = 'ws_a', permissions = ['assets.read', 'assets.write']) => ({
        authorization: `Test ${JSON.stringify({ workspaceId, permissions })}`,
      }),
      async stop() {
        if (!running.delete(server)) return
        await http.stop(0)
        await uploads.close()
      },
    }
    running.add(server)
    return server
  }

  return {
    home,
    fresh,
    storage,
    start,
    async close() {
      for (const server of running) await server.stop()
      await fresh.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

function actorOf(request: Request): Actor | undefined {
  const text = /^Test (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
  if (!text) return undefined
  const { workspaceId, permissions } = JSON.parse(text) as { workspaceId: string; permissions: string[] }
  return { kind: 'person', id: 'person_1', workspaceId, permissions: new Set(permissions) }
}

export function personIn(workspaceId: string, permissions = ['assets.read', 'assets.write']): Actor {
  return { kind: 'person', id: 'person_1', workspaceId, permissions: new Set(permissions) }
}

/** So many bytes that look like an MP4 file from the outside. */
export function mp4Bytes(sizeBytes: number): Buffer {
  const bytes = randomBytes(sizeBytes)
  bytes.write('\0\0\0\x20ftypisom', 0, 'latin1')
  return bytes
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The `Upload-Metadata` header of tus. */
export function metadata(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')
}
