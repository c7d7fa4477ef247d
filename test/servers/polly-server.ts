import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { toneSpeech } from './speech-sound.ts'

export type PollyRequest = Record<string, unknown> & { Text?: string; OutputFormat?: string; Engine?: string }

/** How the next answer goes wrong. `truncated` breaks off in the sound, `wrongType` sends a page of HTML. */
export type PollyFault =
  | { status: number; type: string; message?: string }
  | 'hang'
  | 'truncated'
  | 'wrongType'
  | 'malformed'

/**
 * A server that speaks Amazon Polly's protocol over HTTP/2 without TLS, as the SDK's client for it does by default.
 * Speech is a tone for each word; marks tell bytes of the request's text, as the real ones do.
 */
export async function startPolly(
  options: { encode?: (pcm: Buffer, sampleRateHz: number) => Promise<Buffer> } = {},
) {
  const requests: PollyRequest[] = []
  let faults: PollyFault[] = []
  const sessions = new Set<ServerHttp2Session>()
  const server = createServer()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => undefined)
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    void answer(stream, String(headers[':path'])).catch(() => stream.destroy())
  })

  async function answer(stream: ServerHttp2Stream, path: string): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    const fault = faults.shift()
    if (fault === 'hang') return
    if (fault === 'wrongType') return send(stream, 200, 'text/html', Buffer.from('<html>proxy</html>'))
    if (fault === 'malformed') return send(stream, 200, 'application/json', Buffer.from('{"Voices": oops'))
    if (fault && fault !== 'truncated') {
      const body = Buffer.from(JSON.stringify({ message: fault.message ?? 'made to fail' }))
      return send(stream, fault.status, 'application/json', body, { 'x-amzn-errortype': fault.type })
    }
    if (path.startsWith('/v1/voices')) {
      const isFirst = !path.includes('NextToken=')
      return send(
        stream,
        200,
        'application/json',
        Buffer.from(JSON.stringify(isFirst ? { Voices: pages[0], NextToken: 'more' } : { Voices: pages[1] })),
      )
    }
    const request = JSON.parse(Buffer.concat(chunks).toString()) as PollyRequest
    requests.push(request)
    const ssml = request.Text ?? ''
    const spans = [...ssml.matchAll(/(?:<[^>]*>)|([^<\s]+)/gu)].filter((match) => match[1] !== undefined)
    const { pcm, times } = toneSpeech(
      spans.map((match) => match[1]!).join(' '),
      request.OutputFormat === 'ogg_opus' ? 48_000 : 16_000,
    )
    const billed = {
      'x-amzn-requestcharacters': String(spans.reduce((sum, match) => sum + match[1]!.length + 1, 0)),
    }
    if (request.OutputFormat === 'json') {
      const lines = spans.map((match, index) => {
        const start = Buffer.byteLength(ssml.slice(0, match.index))
        return JSON.stringify({
          time: Math.round(times[index]!.startMs),
          type: 'word',
          start,
          end: start + Buffer.byteLength(match[1]!),
          value: match[1],
        })
      })
      return send(stream, 200, 'application/x-json-stream', Buffer.from(`${lines.join('\n')}\n`), billed)
    }
    const sound = request.OutputFormat === 'ogg_opus' ? await options.encode!(pcm, 48_000) : pcm
    const type = request.OutputFormat === 'ogg_opus' ? 'audio/ogg' : 'audio/pcm'
    if (fault === 'truncated') {
      stream.respond({ ':status': 200, 'content-type': type, ...billed })
      stream.write(sound.subarray(0, sound.length >> 1), () => stream.destroy(new Error('made to break off')))
      return
    }
    send(stream, 200, type, sound, billed)
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fail(...next: PollyFault[]) {
      faults.push(...next)
    },
    clear() {
      faults = []
      requests.length = 0
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
  type: string,
  body: Buffer,
  headers: Record<string, string> = {},
): void {
  stream.respond({ ':status': status, 'content-type': type, ...headers })
  stream.end(body)
}

const pages = [
  [
    {
      Id: 'Joanna',
      Name: 'Joanna',
      Gender: 'Female',
      LanguageCode: 'en-US',
      SupportedEngines: ['neural', 'standard', 'generative'],
    },
    {
      Id: 'Vicki',
      Name: 'Vicki',
      Gender: 'Female',
      LanguageCode: 'de-DE',
      SupportedEngines: ['neural', 'generative'],
    },
  ],
  [
    {
      Id: 'Daniel',
      Name: 'Daniel',
      Gender: 'Male',
      LanguageCode: 'de-DE',
      SupportedEngines: ['neural', 'long-form'],
    },
  ],
]
