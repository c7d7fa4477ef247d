import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createApiClient } from './api-client.ts'

/** A tus 1.0 server that keeps one upload in memory and can be told to break. */
function tusServer(faults: { cutAfterBytes?: number; refuse?: number } = {}) {
  const state = {
    bytes: Buffer.alloc(0),
    length: 0,
    metadata: '',
    creations: 0,
    cuts: faults.cutAfterBytes ? 1 : 0,
    writer: undefined as IncomingMessage | undefined,
  }
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = { 'tus-resumable': '1.0.0' }
    if (faults.refuse) {
      const problem = {
        code: 'assets.tooLarge',
        message: 'Too large.',
        help: 'h',
        retryable: false,
        requestId: 'req_1',
      }
      response.writeHead(faults.refuse, headers).end(JSON.stringify(problem))
    } else if (request.method === 'POST') {
      state.creations++
      state.length = Number(request.headers['upload-length'])
      state.metadata = String(request.headers['upload-metadata'])
      response.writeHead(201, { ...headers, location: '/api/v1/uploads/u1' }).end()
    } else if (request.method === 'HEAD') {
      state.writer = undefined
      response
        .writeHead(200, { ...headers, 'upload-offset': state.bytes.length, 'upload-length': state.length })
        .end()
    } else {
      // A later request takes the upload over, as the lock of a real server does.
      state.writer = request
      for await (const chunk of request) {
        if (state.writer !== request) return
        state.bytes = Buffer.concat([state.bytes, chunk as Buffer])
        if (state.cuts > 0 && state.bytes.length >= (faults.cutAfterBytes ?? 0)) {
          state.cuts--
          request.socket.destroy()
          return
        }
      }
      const done =
        state.bytes.length === state.length ? { 'x-asset-id': 'asset_1', 'x-asset-duplicate': 'true' } : {}
      response.writeHead(204, { ...headers, 'upload-offset': state.bytes.length, ...done }).end()
    }
  }
  const server = createServer((request, response) => {
    // A destroyed request ends the loop above with an error that is the point of the fault.
    answer(request, response).catch(() => response.destroy())
  })
  return { server, state }
}

async function uploading(
  faults: Parameters<typeof tusServer>[0],
  fn: (given: { url: string; dir: string; state: ReturnType<typeof tusServer>['state'] }) => Promise<void>,
): Promise<void> {
  const { server, state } = tusServer(faults)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const dir = await mkdtemp(join(tmpdir(), 'creatorops-upload-'))
  try {
    await fn({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, dir, state })
  } finally {
    server.closeAllConnections()
    server.close()
    await rm(dir, { recursive: true })
  }
}

const content = randomBytes(3_000_000)
const sha256 = createHash('sha256').update(content).digest('hex')

describe('an upload', () => {
  test('sends every byte with its name and checksum, and tells the asset', () =>
    uploading({}, async ({ url, dir, state }) => {
      await writeFile(join(dir, 'bees über.mp4'), content)
      const percents: number[] = []
      const made = await createApiClient({ url, apiKey: 'k' }).upload(join(dir, 'bees über.mp4'), {
        contentType: 'video/mp4',
        onProgress: (percent) => void percents.push(percent),
      })
      assert.deepEqual(made, { assetId: 'asset_1', isDuplicate: true, sha256, sizeBytes: content.length })
      assert.ok(state.bytes.equals(content))
      const metadata = Object.fromEntries(
        state.metadata.split(',').map((pair) => {
          const [name, value] = pair.split(' ')
          return [name, Buffer.from(value ?? '', 'base64').toString()]
        }),
      )
      assert.deepEqual(metadata, { filename: 'bees über.mp4', filetype: 'video/mp4', sha256 })
      assert.equal(percents.at(-1), 100)
    }))

  test('goes on by itself when the connection breaks', () =>
    uploading({ cutAfterBytes: 1_000_000 }, async ({ url, dir, state }) => {
      await writeFile(join(dir, 'a.mp4'), content)
      await createApiClient({ url, apiKey: 'k' }).upload(join(dir, 'a.mp4'))
      assert.ok(state.bytes.equals(content))
      assert.equal(state.creations, 1)
    }))

  test('that was given up continues where it stopped when the same file is sent again', () =>
    uploading({ cutAfterBytes: 1_000_000 }, async ({ url, dir, state }) => {
      const [path, resumeFile] = [join(dir, 'a.mp4'), join(dir, 'resume.json')]
      await writeFile(path, content)
      const giveUp = new AbortController()
      const first = createApiClient({ url, apiKey: 'k', resumeFile }).upload(path, {
        signal: giveUp.signal,
        onProgress: () => giveUp.abort(),
      })
      await assert.rejects(first, { code: 'cli.interrupted' })
      assert.match(await readFile(resumeFile, 'utf8'), /uploads\/u1/)
      state.cuts = 0
      const made = await createApiClient({ url, apiKey: 'k', resumeFile }).upload(path)
      assert.equal(made.assetId, 'asset_1')
      assert.ok(state.bytes.equals(content))
      assert.equal(state.creations, 1)
      await assert.rejects(readFile(resumeFile), { code: 'ENOENT' })
    }))

  test('that is refused says why, in the words of the server', () =>
    uploading({ refuse: 413 }, async ({ url, dir }) => {
      await writeFile(join(dir, 'a.mp4'), content)
      const upload = createApiClient({ url, apiKey: 'k' }).upload(join(dir, 'a.mp4'))
      await assert.rejects(upload, { code: 'assets.tooLarge', detail: { requestId: 'req_1' } })
    }))
})
