import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type DetailedError, Upload } from 'tus-js-client'
import { sha256File } from '../files/hash-file.ts'
import { cliErrors } from './errors.ts'
import { failureFromProblem } from './problem-failure.ts'
import { resumeStore } from './resume-store.ts'

export type UploadOptions = {
  /** Name shown in the product; the file's own name by default. */
  name?: string
  contentType?: string
  /** Percent of the bytes that the server has, 0 to 100. */
  onProgress?: (percent: number, note: string) => void
  signal?: AbortSignal
}

export type UploadedFile = { assetId: string; isDuplicate: boolean; sha256: string; sizeBytes: number }

type Server = { url: string; headers: Record<string, string>; resumeFile?: string }

const retryDelaysMs = [0, 500, 1_000, 2_000, 4_000, 8_000]

/**
 * Uploads a file by the tus protocol. The SHA-256 of the content goes first, so that the server can refuse damaged
 * bytes. An interrupted upload of the same unchanged file continues where it stopped, also in a later process.
 */
export async function uploadFile(
  server: Server,
  path: string,
  options: UploadOptions = {},
): Promise<UploadedFile> {
  const { size } = await stat(path)
  const sha256 = await sha256File(path, { signal: options.signal })
  const answer = await send(server, path, { ...options, sha256, sizeBytes: size })
  const assetId = answer.assetId ?? (await askResult(server, answer.uploadUrl))
  if (typeof assetId !== 'string')
    throw cliErrors.unexpectedAnswer('The server did not say which asset was made.')
  return { assetId, isDuplicate: answer.isDuplicate, sha256, sizeBytes: size }
}

type Sent = { assetId?: string; isDuplicate: boolean; uploadUrl: string }

function send(
  server: Server,
  path: string,
  options: UploadOptions & { sha256: string; sizeBytes: number },
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    let assetId: string | undefined
    let isDuplicate = false
    const input = createReadStream(path)
    // tus-js-client reads a file stream by its path, in slices; the stream itself is only the way to name the file.
    input.destroy()
    const upload = new Upload(input as unknown as Buffer, {
      endpoint: `${server.url}/api/v1/uploads`,
      headers: server.headers,
      metadata: {
        filename: options.name ?? basename(path),
        ...(options.contentType ? { filetype: options.contentType } : {}),
        sha256: options.sha256,
      },
      retryDelays: retryDelaysMs,
      onShouldRetry: (error) => mayPass(error.originalResponse?.getStatus()),
      ...(server.resumeFile
        ? { urlStorage: resumeStore(server.resumeFile) }
        : { storeFingerprintForResuming: false }),
      removeFingerprintOnSuccess: true,
      onAfterResponse: (_request, response) => {
        assetId = response.getHeader('X-Asset-Id') || assetId
        isDuplicate ||= response.getHeader('X-Asset-Duplicate') === 'true'
      },
      onProgress: (sent, total) => {
        options.onProgress?.(
          total === 0 ? 100 : (sent / total) * 100,
          `${megabytes(sent)} of ${megabytes(total)} MB`,
        )
      },
      onSuccess: () => resolve({ assetId, isDuplicate, uploadUrl: upload.url ?? '' }),
      onError: (error) => reject(asUploadFailure(error)),
    })
    options.signal?.addEventListener('abort', () => {
      void upload.abort().finally(() => reject(cliErrors.interrupted('The upload was interrupted.')))
    })
    upload.findPreviousUploads().then((previous) => {
      const last = previous.at(-1)
      if (last) upload.resumeFromPreviousUpload(last)
      upload.start()
    }, reject)
  })
}

/** Whether the next try may work: not after a refusal, nor while a disk or quota is full (507). */
function mayPass(status: number | undefined): boolean {
  if (status === undefined || status === 409 || status === 423) return true
  return status >= 500 && status !== 507
}

function asUploadFailure(error: Error | DetailedError): Error {
  const response = 'originalResponse' in error ? error.originalResponse : null
  if (response) {
    const failure = failureFromProblem(response.getStatus(), problemOrUndefined(response.getBody()))
    if (failure.code !== 'cli.unexpectedAnswer') return failure
  }
  return cliErrors.uploadFailed('The upload did not get through.', { cause: error })
}

function problemOrUndefined(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

// The headers of the last answer can be lost with the connection; the result can be asked for afterwards.
async function askResult(server: Server, uploadUrl: string): Promise<unknown> {
  const answer = await fetch(`${uploadUrl}/result`, { headers: server.headers })
  return answer.ok ? ((await answer.json()) as { assetId?: unknown }).assetId : undefined
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0)
}
