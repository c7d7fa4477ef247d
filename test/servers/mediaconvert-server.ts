import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { faultQueue } from './fault-queue.ts'

type Output = { nameModifier?: string; videoDescription?: { width: number; height: number } }
/** A job as the service keeps it. The wire is JSON with names in camelCase. */
export type ConvertJob = {
  id: string
  status: 'SUBMITTED' | 'PROGRESSING' | 'COMPLETE' | 'CANCELED' | 'ERROR'
  jobPercentComplete?: number
  currentPhase?: string
  errorCode?: number
  errorMessage?: string
  role: string
  clientRequestToken: string
  userMetadata: Record<string, string>
  settings: {
    inputs: Array<{ fileInput: string; captionSelectors?: Record<string, unknown> }>
    outputGroups: Array<{
      outputGroupSettings: { cmafGroupSettings: { destination: string; segmentLength: number } }
      outputs: Output[]
    }>
  }
  outputGroupDetails?: unknown[]
}

/**
 * A server that speaks MediaConvert's REST protocol: create, get and cancel jobs. A job goes one step at each question:
 * submitted, half done, then whatever `finish` says (which may put files into the bucket). The same token within the
 * account gives the same job.
 */
export async function startMediaConvert(
  finish: (job: ConvertJob) => Promise<Partial<ConvertJob>> = async () => ({}),
) {
  const faults = faultQueue()
  const jobs = new Map<string, ConvertJob & { asked: number }>()
  const calls: string[] = []
  let isHeld = false
  const server = createServer((req, res) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      const path = new URL(req.url ?? '/', 'http://x').pathname
      calls.push(`${req.method} ${path}`)
      const refuse = (status: number, name: string) =>
        res
          .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name })
          .end(JSON.stringify({ message: `${name} for ${path}` }))
      if (!String(req.headers.authorization).includes('/mediaconvert/aws4_request'))
        return refuse(403, 'ForbiddenException')
      if (req.method === 'POST' && path === '/2017-08-29/jobs') {
        const wish = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ConvertJob
        if (!/^arn:aws:iam::\d{12}:role\//.test(wish.role)) return refuse(400, 'BadRequestException')
        const known = [...jobs.values()].find((job) => job.clientRequestToken === wish.clientRequestToken)
        const job = known ?? { ...wish, id: `1700000000000-${jobs.size + 1}`, status: 'SUBMITTED', asked: 0 }
        jobs.set(job.id, job)
        return faults.answer(req, res, { job })
      }
      const job = jobs.get(path.split('/').at(-1) ?? '')
      if (!job) return refuse(404, 'NotFoundException')
      if (req.method === 'DELETE') {
        if (job.status === 'COMPLETE') return refuse(409, 'ConflictException')
        job.status = 'CANCELED'
        return faults.answer(req, res, {})
      }
      job.asked += 1
      const isOver = job.status !== 'SUBMITTED' && job.status !== 'PROGRESSING'
      if (!isOver && job.asked === 2) {
        Object.assign(job, { status: 'PROGRESSING', jobPercentComplete: 50, currentPhase: 'TRANSCODING' })
      } else if (!isOver && job.asked > 2 && !isHeld) {
        const details = job.settings.outputGroups.map(({ outputs }) => ({
          outputDetails: outputs.map(({ videoDescription }) => ({
            durationInMs: 4_000,
            ...(videoDescription && {
              videoDetails: { widthInPx: videoDescription.width, heightInPx: videoDescription.height },
            }),
          })),
        }))
        Object.assign(job, { status: 'COMPLETE', outputGroupDetails: details, ...(await finish(job)) })
      }
      return faults.answer(req, res, { job })
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    jobs,
    calls,
    /** Jobs stay half done, however often they are asked for. */
    hold: (held: boolean) => (isHeld = held),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
