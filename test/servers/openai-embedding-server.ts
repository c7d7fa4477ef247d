import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { lettersOf } from './bedrock-invoke-server.ts'
import { faultQueue } from './fault-queue.ts'

/** A server that speaks OpenAI's `POST /v1/embeddings`. Its rows come back in reverse, which the contract allows. */
export async function startOpenAiEmbedding() {
  const faults = faultQueue()
  const requests: Array<{ input: string[]; model: string }> = []
  const server = createServer((req, res) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { input: string[]; model: string }
      requests.push(body)
      const data = body.input.map((text, index) => ({
        object: 'embedding',
        index,
        embedding: lettersOf(text, 64),
      }))
      const tokens = body.input.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0)
      faults.answer(req, res, { object: 'list', data: data.reverse(), usage: { prompt_tokens: tokens } })
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
