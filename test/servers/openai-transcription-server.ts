import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { faultQueue } from './fault-queue.ts'

export type HeardRequest = { fields: Record<string, string[]>; fileBytes: Buffer; authorization?: string }

/** A server that speaks OpenAI's `POST /v1/audio/transcriptions`; `answer` decides what it heard. */
export async function startOpenAiTranscription(answer: (request: HeardRequest) => unknown) {
  const faults = faultQueue()
  const requests: HeardRequest[] = []
  const server = createServer((req, res) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      if (req.method !== 'POST' || req.url !== '/v1/audio/transcriptions') {
        res.writeHead(404).end('{}')
        return
      }
      const form = await new Response(Buffer.concat(chunks), {
        headers: { 'content-type': req.headers['content-type'] ?? '' },
      }).formData()
      const fields: Record<string, string[]> = {}
      let fileBytes = Buffer.alloc(0)
      for (const [name, value] of form) {
        if (typeof value === 'string') (fields[name] ??= []).push(value)
        else fileBytes = Buffer.from(await value.arrayBuffer())
      }
      const request = { fields, fileBytes, authorization: req.headers.authorization }
      requests.push(request)
      faults.answer(req, res, answer(request))
    })().catch(() => res.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    faults,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
