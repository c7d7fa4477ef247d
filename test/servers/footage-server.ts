import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { faultQueue } from './fault-queue.ts'

export type FootageJob = {
  id: string
  body: Record<string, unknown>
  state: 'waiting' | 'running' | 'done' | 'refused' | 'broken' | 'cancelled'
  footage: Buffer
}

/**
 * A server that speaks Runway's `/v1` and Luma's agents API, and serves the footage they name. Jobs wait until a test
 * moves them on; an order is carried out even when its answer goes wrong.
 */
export async function startFootageServer() {
  const faults = faultQueue()
  const jobs: FootageJob[] = []
  let isGone = false
  let cutAt: number | undefined
  const server = createServer((req, res) => {
    void answer(req, res).catch(() => res.destroy())
  })

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>
    const path = new URL(req.url!, 'http://x').pathname
    const file = /^\/files\/(.+)\.mp4$/.exec(path)?.[1]
    if (file) return serveFootage(res, file)
    if (!/^Bearer .+/.test(req.headers.authorization ?? ''))
      return void res.writeHead(401).end('{"error":"no key"}')
    if (req.method === 'POST') {
      const job: FootageJob = {
        id: `job-${jobs.length + 1}`,
        body,
        state: 'waiting',
        footage: Buffer.alloc(0),
      }
      jobs.push(job)
      return faults.answer(req, res, { id: job.id, state: 'queued', output: [], type: 'video' })
    }
    const job = jobs.find(({ id }) => path.endsWith(`/${id}`))
    if (!job)
      return void res.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"no such task"}')
    if (req.method === 'DELETE') {
      job.state = 'cancelled'
      return void res.writeHead(204).end()
    }
    faults.answer(req, res, path.includes('/tasks/') ? runwayTask(job) : lumaGeneration(job))
  }

  function serveFootage(res: ServerResponse, id: string): void {
    const job = jobs.find((row) => row.id === id)
    if (!job || isGone) return void res.writeHead(403).end('expired')
    res.writeHead(200, { 'content-type': 'video/mp4', 'content-length': job.footage.length })
    if (cutAt === undefined) return void res.end(job.footage)
    res.write(job.footage.subarray(0, cutAt), () => res.destroy())
  }

  const urlOf = (job: FootageJob) => `${base()}/files/${job.id}.mp4`
  function runwayTask(job: FootageJob) {
    if (job.state === 'waiting') return { id: job.id, status: 'THROTTLED' }
    if (job.state === 'running') return { id: job.id, status: 'RUNNING', progress: 0.4 }
    if (job.state === 'done')
      return { id: job.id, status: 'SUCCEEDED', output: [urlOf(job)], cost: { credits: 60 } }
    if (job.state === 'cancelled') return { id: job.id, status: 'CANCELLED' }
    const failureCode = job.state === 'refused' ? 'SAFETY.INPUT.TEXT' : 'INTERNAL.BAD_OUTPUT'
    return { id: job.id, status: 'FAILED', failure: 'made to fail', failureCode }
  }
  function lumaGeneration(job: FootageJob) {
    const states = {
      waiting: 'queued',
      running: 'dreaming',
      done: 'completed',
      refused: 'failed',
      broken: 'failed',
      cancelled: 'failed',
    }
    const failed =
      job.state === 'refused'
        ? { failure_code: 'content_moderation', failure_reason: 'made to fail' }
        : { failure_reason: 'made to fail' }
    return {
      id: job.id,
      type: 'video',
      model: 'ray-3.2',
      state: states[job.state],
      output: job.state === 'done' ? [{ type: 'video', url: urlOf(job) }] : [],
      ...(states[job.state] === 'failed' ? failed : {}),
    }
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: base(),
    jobs,
    faults,
    /** From now on the addresses of footage are no longer good. */
    expire() {
      isGone = true
    },
    /** From now on footage breaks off after so many bytes. */
    cutFootage(bytes: number | undefined) {
      cutAt = bytes
    },
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
