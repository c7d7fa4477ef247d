import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { faultQueue } from './fault-queue.ts'

type Job = {
  TranscriptionJobName: string
  TranscriptionJobStatus: string
  LanguageCode?: string
  FailureReason?: string
}
export type StartJob = {
  TranscriptionJobName: string
  Media: { MediaFileUri: string }
  OutputBucketName: string
  OutputKey: string
  LanguageCode?: string
  IdentifyLanguage?: boolean
}

/**
 * A server that speaks Amazon Transcribe's JSON protocol: start, get, delete. A job is queued, in progress and then
 * done, one step a question; `finish` puts its answer into the bucket and returns the state it ends in.
 */
export async function startTranscribe(finish: (job: StartJob) => Promise<Partial<Job>>) {
  const faults = faultQueue()
  const jobs = new Map<string, { job: Job; start: StartJob; asked: number }>()
  const operations: string[] = []
  const type = 'application/x-amz-json-1.1'
  const server = createServer((req, res) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      const operation = String(req.headers['x-amz-target'] ?? '').replace('Transcribe.', '')
      const input = JSON.parse(Buffer.concat(chunks).toString('utf8')) as StartJob
      operations.push(operation)
      const refuse = (status: number, name: string) =>
        res
          .writeHead(status, { 'content-type': type })
          .end(JSON.stringify({ __type: name, Message: `${name} for ${input.TranscriptionJobName}` }))
      if (!String(req.headers.authorization).startsWith('AWS4-HMAC-SHA256'))
        return refuse(403, 'AccessDeniedException')
      const known = jobs.get(input.TranscriptionJobName)
      switch (operation) {
        case 'StartTranscriptionJob': {
          if (known) return refuse(409, 'ConflictException')
          const job = { TranscriptionJobName: input.TranscriptionJobName, TranscriptionJobStatus: 'QUEUED' }
          jobs.set(input.TranscriptionJobName, { job, start: input, asked: 0 })
          return faults.answer(req, res, { TranscriptionJob: job }, type)
        }
        case 'GetTranscriptionJob': {
          if (!known) return refuse(400, 'BadRequestException')
          known.asked += 1
          if (known.asked === 1) known.job.TranscriptionJobStatus = 'IN_PROGRESS'
          else
            Object.assign(known.job, { TranscriptionJobStatus: 'COMPLETED', ...(await finish(known.start)) })
          return faults.answer(req, res, { TranscriptionJob: known.job }, type)
        }
        case 'DeleteTranscriptionJob':
          jobs.delete(input.TranscriptionJobName)
          return faults.answer(req, res, {}, type)
        default:
          return refuse(400, 'UnknownOperationException')
      }
    })().catch(() => res.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    jobs,
    operations,
    faults,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
