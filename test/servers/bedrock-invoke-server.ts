import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'

export type BedrockFault =
  | { status: number; type: string; message?: string }
  | 'hang'
  | 'malformed'
  | 'truncated'

type Reply = { status: number; json: unknown; headers?: Record<string, string> }

/** One asynchronous job. Tests move it on. */
export type AsyncJob = {
  arn: string
  modelId: string
  modelInput: Record<string, unknown>
  token?: string
  s3Uri: string
  status: 'InProgress' | 'Completed' | 'Failed'
  failureMessage?: string
}

/**
 * A server that speaks Bedrock Runtime's `invoke` and `async-invoke` over HTTP/2 without TLS, as the SDK's client does by default.
 * Embeddings are made of the letters of the text; asynchronous jobs wait until a test ends them.
 */
export async function startBedrockInvoke() {
  let faults: BedrockFault[] = []
  const invocations: Array<{ model: string; body: Record<string, unknown> }> = []
  const jobs: AsyncJob[] = []
  const sessions = new Set<ServerHttp2Session>()
  const server = createServer()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => undefined)
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    void answer(stream, String(headers[':method']), String(headers[':path'])).catch(() => stream.destroy())
  })

  async function answer(stream: ServerHttp2Stream, method: string, path: string): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    const fault = faults.shift()
    if (fault === 'hang') return
    if (fault === 'malformed') return send(stream, 200, '{"embedding": oops')
    if (fault && fault !== 'truncated') {
      const body = JSON.stringify({ message: fault.message ?? 'made to fail' })
      return send(stream, fault.status, body, { 'x-amzn-errortype': fault.type })
    }
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>
    const reply = replyTo(method, decodeURIComponent(path.split('?')[0]!), body)
    const text = JSON.stringify(reply.json)
    if (fault === 'truncated') {
      stream.respond({ ':status': 200, 'content-type': 'application/json' })
      stream.write(text.slice(0, text.length >> 1), () => stream.destroy(new Error('made to break off')))
      return
    }
    send(stream, reply.status, text, reply.headers)
  }

  function replyTo(method: string, path: string, body: Record<string, unknown>): Reply {
    const model = /^\/model\/(.+)\/invoke$/.exec(path)?.[1]
    if (model) {
      invocations.push({ model, body })
      if (Array.isArray(body['texts']))
        return {
          status: 200,
          json: {
            embeddings: { float: body['texts'].map((text) => lettersOf(String(text), 1024)) },
            response_type: 'embeddings_by_type',
          },
        }
      const text = String(body['inputText'])
      return {
        status: 200,
        json: {
          embedding: lettersOf(text, Number(body['dimensions'])),
          inputTextTokenCount: Math.ceil(text.length / 4),
        },
      }
    }
    if (method === 'POST' && path === '/async-invoke') return begin(body)
    const job = jobs.find(({ arn }) => path === `/async-invoke/${arn}`)
    if (!job)
      return {
        status: 404,
        json: { message: 'no such invocation' },
        headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
      }
    const { arn, modelId, status, failureMessage, s3Uri } = job
    const s3OutputDataConfig = { s3Uri: `${s3Uri}/${arn.split('/').at(-1)}` }
    return {
      status: 200,
      json: {
        invocationArn: arn,
        modelArn: modelId,
        status,
        failureMessage,
        submitTime: '2026-11-01T00:00:00Z',
        outputDataConfig: { s3OutputDataConfig },
      },
    }
  }

  function begin(body: Record<string, unknown>): Reply {
    const token = body['clientRequestToken'] as string | undefined
    const known = jobs.find((job) => token !== undefined && job.token === token)
    if (known) return { status: 200, json: { invocationArn: known.arn } }
    const output = body['outputDataConfig'] as { s3OutputDataConfig: { s3Uri: string } }
    const job: AsyncJob = {
      arn: `arn:aws:bedrock:us-west-2:111122223333:async-invoke/job${jobs.length + 1}`,
      modelId: String(body['modelId']),
      modelInput: body['modelInput'] as Record<string, unknown>,
      token,
      s3Uri: output.s3OutputDataConfig.s3Uri,
      status: 'InProgress',
    }
    jobs.push(job)
    return { status: 200, json: { invocationArn: job.arn } }
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    invocations,
    jobs,
    fail(...next: BedrockFault[]) {
      faults.push(...next)
    },
    clear() {
      faults = []
      invocations.length = 0
      jobs.length = 0
    },
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        for (const session of sessions) session.destroy()
      }),
  }
}

function send(
  stream: ServerHttp2Stream,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  stream.respond({ ':status': status, 'content-type': 'application/json', ...headers })
  stream.end(text)
}

/** A vector that depends on nothing but the letters of a text. */
export function lettersOf(text: string, dimensions: number): number[] {
  const vector = Array.from({ length: dimensions }, () => 0)
  for (let at = 0; at < text.length; at++) vector[(text.charCodeAt(at) * 31 + at) % dimensions]! += 1
  return vector
}
