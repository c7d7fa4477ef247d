import assert from 'node:assert/strict'
import { request } from 'node:http'
import { type AssetsServer, metadata } from './test-assets.ts'

type Sender = Pick<AssetsServer, 'url' | 'as'>

/** A tus client of single requests, so that a test can do each wrong thing by itself. */
export function tusClient(server: Sender, workspaceId = 'ws_a') {
  const headers = { ...server.as(workspaceId), 'tus-resumable': '1.0.0' }
  const at = (location: string) => new URL(location, server.url)

  const create = (
    sizeBytes: number,
    values: Record<string, string> = {},
    more: Record<string, string> = {},
  ) =>
    fetch(`${server.url}/api/v1/uploads`, {
      method: 'POST',
      headers: {
        ...headers,
        'upload-length': String(sizeBytes),
        'upload-metadata': metadata({ filename: 'film.mp4', ...values }),
        ...more,
      },
    })

  const send = (location: string, bytes: Buffer, offset: number) =>
    fetch(at(location), {
      method: 'PATCH',
      headers: {
        ...headers,
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(offset),
      },
      body: new Uint8Array(bytes),
    })

  return {
    headers,
    create,
    send,
    head: (location: string) => fetch(at(location), { method: 'HEAD', headers }),
    abandon: (location: string) => fetch(at(location), { method: 'DELETE', headers }),
    result: (location: string) => fetch(at(`${location}/result`), { headers }),
    /** Begins an upload and returns where its bytes go. */
    async begin(sizeBytes: number, values: Record<string, string> = {}): Promise<string> {
      const answer = await create(sizeBytes, values)
      assert.equal(answer.status, 201, await answer.text())
      return answer.headers.get('location') ?? ''
    },
    /** Uploads in one piece; the answer to the last bytes. */
    async upload(bytes: Buffer, values: Record<string, string> = {}): Promise<Response> {
      return send(await this.begin(bytes.length, values), bytes, 0)
    },
    async offset(location: string): Promise<number> {
      const answer = await this.head(location)
      assert.equal(answer.status, 200)
      return Number(answer.headers.get('upload-offset'))
    },
    /** Promises all bytes, sends only some and cuts the connection when they are on their way. */
    cut(location: string, bytes: Buffer, offset: number, promisedBytes: number): Promise<void> {
      return new Promise((resolve, reject) => {
        const sending = request(at(location), {
          method: 'PATCH',
          headers: {
            ...headers,
            'content-type': 'application/offset+octet-stream',
            'content-length': String(promisedBytes),
            'upload-offset': String(offset),
          },
        })
        sending.on('error', () => resolve())
        sending.on('response', () => reject(new Error('An answer came before the end of the request')))
        sending.write(bytes, () => setImmediate(() => sending.destroy()))
      })
    },
  }
}

/** The problem document of a refusal, after checking that it is one. */
export async function problemOf(
  answer: Response,
): Promise<{ status: number; code: string; message: string }> {
  assert.equal(answer.headers.get('content-type'), 'application/problem+json', `${answer.status}`)
  const problem = (await answer.json()) as Record<string, unknown>
  for (const member of ['code', 'message', 'help', 'requestId'])
    assert.equal(typeof problem[member], 'string', member)
  return { status: answer.status, code: String(problem['code']), message: String(problem['message']) }
}

/** Waits for a condition, at most ten seconds. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await isTrue())) {
    assert.ok(Date.now() < deadline, 'It did not become true within ten seconds')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
