import { join } from 'node:path'
import { Server, type ServerOptions } from '@tus/server'
import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { newId } from '../../kernel/ids.ts'
import type { AssetDeps } from './asset-deps.ts'
import { beginUpload } from './begin-upload.ts'
import { abandonUpload } from './clean-uploads.ts'
import { uploadErrors } from './errors.ts'
import {
  findUpload,
  finishLock,
  finishUpload,
  resultOf,
  type UploadResult,
  type UploadRow,
} from './finish-upload.ts'
import { defaultUploadExpiryMs, type UploadDeps } from './upload-deps.ts'
import { fromTusFailure, fromTusStatus } from './upload-failures.ts'
import { createUploadLocker } from './upload-lock.ts'

export const uploadPath = '/api/v1/uploads'

/** A request that is asked to let go has so long to store what it has received. */
const drainMs = 1_000

export type UploadServer = {
  /** Answers a tus request of a signed-in actor; failures are thrown as rows. */
  handle(request: Request, actor: Actor): Promise<Response>
  /** What became of an upload. Finishes it first if its bytes are complete and nobody did. */
  result(actor: Actor, uploadId: string): Promise<UploadResult>
  deps: UploadDeps
  close(): Promise<void>
}

export type UploadServerOptions = AssetDeps & {
  /** For the connection that holds the locks. */
  databaseUrl: string
  maxUploadBytes: number
  uploadExpiryMs?: number
}

/** Resumable uploads (tus 1.0) into the storage, in bounded memory. One per process; `close` it at the end. */
export function createUploadServer(options: UploadServerOptions): UploadServer {
  const uploadExpiryMs = options.uploadExpiryMs ?? defaultUploadExpiryMs
  const workDir = join(options.home, 'uploads')
  const resumable = options.storage.resumable({ workDir, expiresAfterMs: uploadExpiryMs })
  const locker = createUploadLocker({ url: options.databaseUrl, log: options.log })
  const deps: UploadDeps = { ...options, uploadExpiryMs, resumable, locker }
  const calls = new WeakMap<Request, Call>()
  const tus = new Server(tusOptions(deps, (request) => calls.get(request as Request)))

  async function forward(request: Request, actor: Actor): Promise<Response> {
    const call: Call = { actor }
    calls.set(request, call)
    const answer = await tus.handleWeb(request)
    if (answer.status < 400) return answer
    // Nobody learned the address of an upload that could not be begun.
    if (request.method === 'POST' && call.begunId) await abandonUpload(deps, call.begunId)
    if ('failure' in call) await forgetIfDiskFull(deps, request, call.failure)
    throw call.failure ?? fromTusStatus(answer.status, await answer.text())
  }

  async function handle(request: Request, actor: Actor): Promise<Response> {
    const uploadId = uploadIdOf(request.url)
    if (request.method === 'POST' || request.method === 'OPTIONS' || !uploadId) return forward(request, actor)
    const upload = await findUpload(deps.db, uploadId, actor.workspaceId)
    if (upload.state !== 'receiving') return answerEnded(request, upload)
    const answer = await forward(request, actor).catch(async (error: unknown) => {
      // Another request may be finishing it since our look; its bytes are then elsewhere. That one has the say.
      if (!isCode(error, 'uploads.notFound') && !isCode(error, 'uploads.gone')) throw error
      const now = await deps.locker.withLock(finishLock(uploadId), () =>
        findUpload(deps.db, uploadId, actor.workspaceId),
      )
      if (now.state === 'receiving') throw error
      return answerEnded(request, now)
    })
    if (request.method === 'DELETE') await abandonUpload(deps, uploadId)
    const isComplete =
      request.method === 'HEAD' && answer.headers.get('upload-offset') === String(upload.sizeBytes)
    // Every byte came, but the process died before it could finish.
    return isComplete ? withResult(answer, await finishUpload(deps, { uploadId })) : answer
  }

  return {
    handle,
    deps,
    async result(actor, uploadId) {
      const upload = await findUpload(deps.db, uploadId, actor.workspaceId)
      return upload.state === 'receiving' ? finishUpload(deps, { uploadId }) : resultOf(upload)
    },
    close: () => locker.close(),
  }
}

type Call = { actor: Actor; begunId?: string; failure?: unknown }

function tusOptions(deps: UploadDeps, callOf: (request: unknown) => Call | undefined) {
  const { resumable } = deps
  const options: ServerOptions & { datastore: typeof resumable.dataStore } = {
    path: uploadPath,
    datastore: resumable.dataStore,
    locker: deps.locker,
    lockDrainTimeout: drainMs,
    maxSize: deps.maxUploadBytes,
    namingFunction: () => resumable.storeId(newId('upload')),
    generateUrl: (_request, { id }) => `${uploadPath}/${lastSegment(id)}`,
    getFileIdFromRequest: (request) => {
      const uploadId = uploadIdOf(request.url)
      return uploadId && resumable.storeId(uploadId)
    },
    async onUploadCreate(request, upload) {
      const call = callOf(request)
      if (!call) throw new TypeError('An upload was begun without an actor')
      const { filename, filetype, sha256 } = upload.metadata ?? {}
      const uploadId = lastSegment(upload.id)
      const { name } = await beginUpload(deps, {
        actor: call.actor,
        uploadId,
        name: filename ?? '',
        sizeBytes: upload.size ?? 0,
        sha256: sha256 ?? undefined,
      })
      call.begunId = uploadId
      return { metadata: { filename: name, filetype: (filetype ?? '').slice(0, 200) } }
    },
    async onUploadFinish(_request, upload) {
      const result = await finishUpload(deps, { uploadId: lastSegment(upload.id) })
      return { headers: resultHeaders(result) }
    },
    onResponseError(request, failure) {
      const call = callOf(request)
      if (call) call.failure = fromTusFailure(failure)
      return { status_code: 500, body: '' }
    },
  }
  return options
}

/** What tus clients are told about an upload whose bytes are no longer the tus server's. */
function answerEnded(request: Request, upload: UploadRow): Response {
  const result = resultOf(upload)
  const headers = new Headers({
    'tus-resumable': '1.0.0',
    'cache-control': 'no-store',
    'upload-offset': String(upload.sizeBytes),
    'upload-length': String(upload.sizeBytes),
  })
  if (request.method === 'HEAD') return withResult(new Response(null, { status: 200, headers }), result)
  const isRepeatedEnd = request.headers.get('upload-offset') === String(upload.sizeBytes)
  if (request.method === 'PATCH' && isRepeatedEnd) {
    return withResult(new Response(null, { status: 204, headers }), result)
  }
  throw uploadErrors.finished('The upload is complete.', { detail: { assetId: result.assetId } })
}

/** A half-received file on a full disk helps nobody: it goes, so that the disk can recover. */
async function forgetIfDiskFull(deps: UploadDeps, request: Request, failure: unknown): Promise<void> {
  const isFull = isCode(failure, 'storage.full')
  const uploadId = uploadIdOf(request.url)
  if (isFull && uploadId) await abandonUpload(deps, uploadId)
}

function isCode(failure: unknown, code: string): boolean {
  return failure instanceof AppError && failure.code === code
}

function withResult(answer: Response, result: UploadResult): Response {
  for (const [name, value] of Object.entries(resultHeaders(result))) answer.headers.set(name, value)
  return answer
}

function resultHeaders({ assetId, duplicate }: UploadResult): Record<string, string> {
  return { 'X-Asset-Id': assetId, 'X-Asset-Duplicate': String(duplicate) }
}

function uploadIdOf(url: string): string | undefined {
  return /\/uploads\/(upload_[0-9A-HJKMNP-TV-Z]{26})(?:[/?#]|$)/.exec(url)?.[1]
}

function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1)
}
