import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { anthropicAnswer, anthropicStream } from './llm-anthropic.ts'
import { bedrockAnswer, bedrockStream } from './llm-bedrock.ts'
import type { Say } from './llm-say.ts'
import { chatAnswer, chatStream, responsesAnswer, responsesStream } from './llm-openai.ts'

export type LlmFault =
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: unknown }
  /** Half of the stream, then the connection is closed in order. */
  | { kind: 'truncated' }
  /** Half of the stream, then nothing more, with the connection open. */
  | { kind: 'silent' }
  /** No answer at all, with the connection open. */
  | { kind: 'hang' }
  | { kind: 'malformed' }
  | { kind: 'wrongType' }
  /** The connection is cut without an answer. */
  | { kind: 'reset' }

export type LlmCall = { path: string; body: Record<string, unknown>; headers: IncomingMessage['headers'] }

export type LlmServer = {
  url: string
  calls: LlmCall[]
  say: Say
  /** Faults for the next calls, in order; after them it answers. `always` stays. */
  faults: LlmFault[]
  always: LlmFault | undefined
  /** Ends when a stream or an answer has come to its silent point. */
  silent(): Promise<void>
  close(): Promise<void>
}

/** How one vendor's protocol looks: which paths are streams, the whole answer and the pieces of a stream. */
type Protocol = {
  isStream(path: string, body: Record<string, unknown>): boolean
  answer(say: Say, body: Record<string, unknown>): unknown
  stream(say: Say, body: Record<string, unknown>): { type: string; chunks: Uint8Array[] }
}

const wantsStream = (_: string, body: Record<string, unknown>) => body['stream'] === true
const protocols: Array<[RegExp, Protocol]> = [
  [/\/messages$/, { isStream: wantsStream, answer: anthropicAnswer, stream: anthropicStream }],
  [/\/chat\/completions$/, { isStream: wantsStream, answer: chatAnswer, stream: chatStream }],
  [/\/responses$/, { isStream: wantsStream, answer: responsesAnswer, stream: responsesStream }],
  [
    /\/model\/[^/]+\/converse/,
    { isStream: (path) => path.endsWith('converse-stream'), answer: bedrockAnswer, stream: bedrockStream },
  ],
]

/** Speaks the wire protocols of Anthropic, OpenAI (both), compatible servers and Bedrock Converse, with faults. */
export async function startLlmServer(): Promise<LlmServer> {
  let silence = Promise.withResolvers<void>()
  const state: LlmServer = {
    url: '',
    calls: [],
    say: {
      pieces: ['Bees ', 'dance ', 'in the ', 'hive.'],
      ending: 'stop',
      inputTokens: 120,
      outputTokens: 30,
      cacheReadTokens: 20,
    },
    faults: [],
    always: undefined,
    async silent() {
      await silence.promise
      silence = Promise.withResolvers()
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent((request.url ?? '').split('?')[0]!)
    if (request.method === 'GET') {
      const fault = state.always
      if (fault?.kind === 'status') return void response.writeHead(fault.status).end('{}')
      return send(response, { data: [{ id: 'local-model' }] })
    }
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const body = JSON.parse(text) as Record<string, unknown>
    state.calls.push({ path, body, headers: request.headers })
    const protocol = protocols.find(([pattern]) => pattern.test(path))?.[1]
    if (!protocol) return void response.writeHead(404).end('{}')
    const fault = state.faults.shift() ?? state.always
    if (fault?.kind === 'status') return refuse(response, fault)
    if (fault?.kind === 'reset') return void request.socket.destroy()
    if (fault?.kind === 'hang') return silence.resolve()
    if (fault?.kind === 'wrongType') {
      return void response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<h1>Sign in to the network</h1>')
    }
    if (!protocol.isStream(path, body)) {
      const whole = JSON.stringify(protocol.answer(state.say, body))
      const cut = fault?.kind === 'malformed' || fault?.kind === 'truncated'
      if (fault?.kind === 'silent') {
        response.writeHead(200, { 'content-type': 'application/json' }).write(whole.slice(0, 20))
        return silence.resolve()
      }
      return send(response, cut ? whole.slice(0, -20) : whole)
    }
    const { type, chunks } = protocol.stream(state.say, body)
    response.writeHead(200, { 'content-type': type })
    const half = chunks.slice(0, Math.ceil(chunks.length / 2))
    if (fault?.kind === 'malformed') return void response.end(Buffer.from('data: {"no json\n\n'))
    for (const chunk of fault ? half : chunks) response.write(chunk)
    if (fault?.kind === 'silent') return silence.resolve()
    response.end()
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return state
}

function send(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

function refuse(response: ServerResponse, fault: Extract<LlmFault, { kind: 'status' }>): void {
  response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
  const body = fault.body ?? {
    error: { type: 'server_error', message: `said ${fault.status}` },
    message: `said ${fault.status}`,
  }
  response.end(JSON.stringify(body))
}
