import type { Job } from '@aws-sdk/client-mediaconvert'
import { z } from 'zod'
import type { TranscodeUpdate } from './port.ts'

const states = {
  SUBMITTED: 'queued',
  PROGRESSING: 'running',
  COMPLETE: 'done',
  CANCELED: 'cancelled',
  ERROR: 'failed',
} as const

/** A job as `GetJob` describes it. */
export function updateFromJob(job: Partial<Job> = {}): TranscodeUpdate {
  const state = states[(job.Status ?? 'SUBMITTED') as keyof typeof states] ?? 'running'
  return {
    state,
    percent: state === 'done' ? 100 : (job.JobPercentComplete ?? 0),
    ...(job.CurrentPhase && { phase: job.CurrentPhase }),
    ...(state === 'failed' && {
      error: { code: String(job.ErrorCode ?? ''), message: job.ErrorMessage ?? 'no reason given' },
    }),
    ...(state === 'done' && { outputs: outputsOf(job) }),
  }
}

function outputsOf(job: Partial<Job>): TranscodeUpdate['outputs'] {
  const details = (job.OutputGroupDetails ?? []).flatMap(({ OutputDetails = [] }) => OutputDetails)
  return details.flatMap(({ DurationInMs, VideoDetails }) =>
    VideoDetails
      ? [
          {
            width: VideoDetails.WidthInPx ?? 0,
            height: VideoDetails.HeightInPx ?? 0,
            averageBitRate: 0,
            durationMs: DurationInMs ?? 0,
          },
        ]
      : [],
  )
}

const outputDetail = z.object({
  durationInMs: z.number().optional(),
  videoDetails: z
    .object({
      widthInPx: z.number().optional(),
      heightInPx: z.number().optional(),
      averageBitrate: z.number().optional(),
    })
    .optional(),
})

/** The parts of an EventBridge event of MediaConvert that are used. Everything else may change. */
const eventSchema = z.object({
  source: z.literal('aws.mediaconvert'),
  'detail-type': z.literal('MediaConvert Job State Change'),
  detail: z.object({
    jobId: z.string().min(1).max(200),
    status: z.string(),
    errorCode: z.union([z.number(), z.string()]).optional(),
    errorMessage: z.string().optional(),
    jobProgress: z
      .object({ jobPercentComplete: z.number().optional(), currentPhase: z.string().optional() })
      .optional(),
    outputGroupDetails: z.array(z.object({ outputDetails: z.array(outputDetail).optional() })).optional(),
  }),
})

/** An event as EventBridge sends it; undefined when it is another's or says nothing about progress. */
export function updateFromEvent(
  event: unknown,
): { vendorJobId: string; update: TranscodeUpdate } | undefined {
  const read = eventSchema.safeParse(event)
  if (!read.success) return undefined
  const { jobId, status, jobProgress, errorCode, errorMessage, outputGroupDetails } = read.data.detail
  const known: Partial<Record<string, TranscodeUpdate['state']>> = {
    ...states,
    STATUS_UPDATE: 'running',
    INPUT_INFORMATION: 'running',
  }
  const state = known[status]
  // NEW_WARNING and QUEUE_HOP change nothing.
  if (!state) return undefined
  const phase = jobProgress?.currentPhase
  const update: TranscodeUpdate = {
    state,
    percent: state === 'done' ? 100 : (jobProgress?.jobPercentComplete ?? 0),
    ...(phase && { phase }),
    ...(state === 'failed' && {
      error: { code: String(errorCode ?? ''), message: errorMessage ?? 'no reason given' },
    }),
    ...(state === 'done' && {
      outputs: (outputGroupDetails ?? [])
        .flatMap(({ outputDetails = [] }) => outputDetails)
        .flatMap(({ durationInMs = 0, videoDetails }) =>
          videoDetails
            ? [
                {
                  width: videoDetails.widthInPx ?? 0,
                  height: videoDetails.heightInPx ?? 0,
                  averageBitRate: videoDetails.averageBitrate ?? 0,
                  durationMs: durationInMs,
                },
              ]
            : [],
        ),
    }),
  }
  return { vendorJobId: jobId, update }
}
