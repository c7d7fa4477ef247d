import { setTimeout as wait } from 'node:timers/promises'
import { MediaConvert, type MediaConvertClientConfig } from '@aws-sdk/client-mediaconvert'
import { AppError } from '../../kernel/errors.ts'
import { assertJob } from './assert-job.ts'
import { transcodeErrors } from './errors.ts'
import { type MediaConvertPlace, baseName, mediaConvertJob } from './mediaconvert-job.ts'
import { updateFromEvent, updateFromJob } from './mediaconvert-update.ts'
import type { TranscodeJob, Transcoder, TranscodeUpdate, TranscodeWatch } from './port.ts'

export type MediaConvertOptions = MediaConvertPlace & {
  region: string
  endpoint?: string
  credentials?: MediaConvertClientConfig['credentials']
  /** How often the service is asked when no event comes. Default 30 s. */
  pollMs?: number
  /** How often news from events is looked for between. Default 2 s. */
  hearMs?: number
}

const ended = new Set<TranscodeUpdate['state']>(['done', 'failed', 'cancelled'])

/**
 * AWS Elemental MediaConvert. The recording and the package are in the bucket of `OBJECTS_URL`; nothing passes through
 * this machine. A repeated call finds the job of the first by its token. Progress comes from EventBridge where events
 * are sent on to us, and from asking where they are not.
 */
export function mediaConvert(options: MediaConvertOptions): Transcoder {
  const { region, endpoint, credentials, pollMs = 30_000, hearMs = 2_000 } = options
  const client = new MediaConvert({
    region,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
  })
  return {
    name: 'mediaconvert',
    can: { encrypt: false, copy: false, thumbnails: false },
    readEvent: updateFromEvent,
    async run(job, watch = {}) {
      assertJob(job)
      watch.signal?.throwIfAborted()
      const vendorJobId = await submit(client, job, options, watch.signal)
      try {
        await watch.onSubmitted?.(vendorJobId)
        return await follow(client, { job, vendorJobId, watch, pollMs, hearMs })
      } catch (error) {
        if (watch.signal?.aborted) await cancel(client, vendorJobId)
        throw error
      }
    },
  }
}

async function submit(
  client: MediaConvert,
  job: TranscodeJob,
  place: MediaConvertPlace,
  abortSignal: AbortSignal | undefined,
): Promise<string> {
  const { Job } = await call(() => client.createJob(mediaConvertJob(job, place), { abortSignal }))
  if (!Job?.Id) throw transcodeErrors.busy('MediaConvert took the job without naming it.')
  return Job.Id
}

type Follow = {
  job: TranscodeJob
  vendorJobId: string
  watch: TranscodeWatch
  pollMs: number
  hearMs: number
}

/** Waits for the end. Events and answers may be old or repeated: progress never goes back, and an end is an end. */
async function follow(client: MediaConvert, input: Follow): Promise<TranscodeUpdate & { state: 'done' }> {
  const { watch, vendorJobId } = input
  let percent = 0
  let nextPollMs = 0
  for (;;) {
    watch.signal?.throwIfAborted()
    const heard = await watch.heard?.()
    let update = heard
    const isOver = heard !== undefined && ended.has(heard.state)
    if (!isOver && performance.now() >= nextPollMs) {
      const answer = await call(() => client.getJob({ Id: vendorJobId }, { abortSignal: watch.signal }))
      update = updateFromJob(answer.Job)
      nextPollMs = performance.now() + input.pollMs
    }
    if (update) {
      percent = Math.max(percent, update.percent)
      const latest = { ...update, percent }
      if (update.state === 'done') return finished(input.job, latest, watch)
      watch.onUpdate?.(latest)
      if (update.state === 'cancelled')
        throw transcodeErrors.cancelled('The job was cancelled at MediaConvert.')
      if (update.state === 'failed') throw failure(update)
    }
    await wait(Math.min(input.hearMs, input.pollMs), undefined, { signal: watch.signal })
  }
}

function finished(job: TranscodeJob, update: TranscodeUpdate, watch: TranscodeWatch) {
  const base = job.outputPrefix + baseName(job.sourceKey)
  const done = {
    ...update,
    state: 'done',
    percent: 100,
    hlsKey: `${base}.m3u8`,
    dashKey: `${base}.mpd`,
  } as const
  watch.onUpdate?.(done)
  return done
}

function failure({ error }: TranscodeUpdate): AppError {
  const { code = '', message = '' } = error ?? {}
  return transcodeErrors.failed(`MediaConvert failed with code ${code}: ${message}`, { detail: { code } })
}

/** Nobody waits for the answer of a cancel; a job that has ended cannot be cancelled, which is as good. */
async function cancel(client: MediaConvert, Id: string): Promise<void> {
  try {
    await client.cancelJob({ Id })
  } catch (error) {
    if (!/^(Conflict|NotFound|BadRequest)Exception$/.test((error as Error).name)) throw error
  }
}

/** One call, with the SDK's own retries behind it; what remains becomes a row of ours. */
async function call<T>(fn: () => Promise<T>): Promise<T> {
  try {
    return await fn()
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const { name = '', $metadata } = cause as { name?: string; $metadata?: { httpStatusCode?: number } }
    if (name === 'AbortError') throw cause
    const status = $metadata?.httpStatusCode ?? 0
    const isRefusal = status >= 400 && status < 500 && status !== 429 && status !== 408 && status !== 409
    if (isRefusal || name === 'CredentialsProviderError') {
      throw transcodeErrors.rejected(`MediaConvert answered ${status} ${name}.`, {
        cause,
        detail: { status, name },
      })
    }
    throw transcodeErrors.busy('MediaConvert cannot be reached, or asks for patience.', { cause })
  }
}
