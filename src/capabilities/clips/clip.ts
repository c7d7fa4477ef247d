import { z } from '@hono/zod-openapi'
import { clipSourceSchema } from './clip-source.ts'
import { clipErrors } from './errors.ts'
import { reframeSchema } from './reframe/reframe.ts'
import type { clips } from './schema.ts'

export const clipStates = ['queued', 'processing', 'processed', 'failed', 'cancelled'] as const
export type ClipState = (typeof clipStates)[number]
export const cutModes = ['exact', 'copy', 'encode'] as const

export const clipTitleSchema = z.string().trim().min(1).max(300)

/** Half-open, in milliseconds from the start of the recording. */
export const clipRangeSchema = z.object({
  startMs: z.number().min(0).max(1e9),
  endMs: z.number().min(0).max(1e9),
})

export const receiptSchema = z
  .object({
    mode: z.enum(cutModes).openapi({ description: 'How it was made in the end.' }),
    requestedFrames: z.int().openapi({ description: 'Frames of the recording that start inside the range.' }),
    frames: z.int().openapi({ description: 'Frames in the file.' }),
    durationMs: z.number(),
    startMs: z.number(),
    endMs: z.number(),
    copiedMs: z.number(),
    encodedMs: z.number(),
    audio: z.enum(['copied', 'encoded', 'none']),
    avOffsetMs: z.number().openapi({ description: 'How late the sound is against the picture.' }),
    bytesRead: z.int(),
    sizeBytes: z.int(),
    width: z.int(),
    height: z.int(),
    cpuMs: z.number(),
    fallback: z.string().nullable().openapi({ description: 'Why more was encoded than hoped for.' }),
    seamCheck: z.object({
      passed: z.boolean(),
      framesDecoded: z.int(),
      worstDifference: z.number(),
      problems: z.array(z.string()),
    }),
    parts: z
      .array(
        z.object({
          source: z.string(),
          startMs: z.number(),
          endMs: z.number(),
          requestedFrames: z.int(),
          frames: z.int(),
          copiedMs: z.number(),
          encodedMs: z.number(),
          fadeInMs: z.number(),
          gainDb: z.number(),
          fallback: z.string().nullable(),
        }),
      )
      .optional()
      .openapi({ description: 'When it was joined from several stretches.' }),
  })
  .openapi('ClipReceipt')

export const clipSchema = z
  .object({
    id: z.string().openapi({ example: 'clip_01J9ZK4Q8F0000000000000000' }),
    assetId: z
      .string()
      .nullable()
      .openapi({ description: 'The recording it is cut from, if it is an asset.' }),
    source: clipSourceSchema
      .nullable()
      .openapi({ description: 'The playlist it is cut from, if it is one.' }),
    runId: z.string().nullable().openapi({ description: 'The run that cuts it: follow or cancel that.' }),
    title: z.string(),
    state: z.enum(clipStates),
    mode: z.enum(cutModes),
    reframe: reframeSchema
      .nullable()
      .openapi({ description: 'Its shape, when it is another than the recording’s.' }),
    startMs: z.number(),
    endMs: z.number(),
    durationMs: z.number(),
    score: z.number().nullable(),
    reasons: z.array(z.string()),
    width: z.int().nullable(),
    height: z.int().nullable(),
    sizeBytes: z.int().nullable(),
    receipt: receiptSchema.nullable(),
    fileUrl: z.string().nullable().openapi({ description: 'Signed link to the clip, once it is cut.' }),
    thumbnailUrl: z.string().nullable(),
    fileAssetId: z.string().nullable(),
    thumbnailAssetId: z.string().nullable(),
    processingMs: z.int().nullable(),
    error: z
      .object({ code: z.string(), message: z.string(), help: z.string(), retryable: z.boolean() })
      .nullable(),
    version: z.int(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('Clip')

export type Clip = z.infer<typeof clipSchema>
export type ClipRow = typeof clips.$inferSelect

/** Refuses a range that is no range; `NaN` too. The recording's own length is another matter. */
export function assertRange(range: { startMs: number; endMs: number }): void {
  const { startMs, endMs } = range
  if (!Number.isFinite(startMs) || !Number.isFinite(endMs)) {
    throw clipErrors.badRange('Start and end of a clip must be numbers.')
  }
  if (startMs < 0) throw clipErrors.badRange('A clip cannot start before the recording.')
  if (endMs <= startMs) {
    throw clipErrors.badRange(
      `The end (${endMs / 1000} s) does not come after the start (${startMs / 1000} s).`,
    )
  }
}

/** Refuses a range beyond a recording of known length; half a second of rounding is forgiven, the cutter is exact. */
export function assertInside(
  range: { startMs: number; endMs: number },
  durationMs: number | null | undefined,
): void {
  if (durationMs === null || durationMs === undefined || durationMs <= 0) return
  if (range.startMs >= durationMs || range.endMs > durationMs + 500) {
    throw clipErrors.outOfRange(
      `The recording is ${(durationMs / 1000).toFixed(1)} s long; the clip would end at ${(range.endMs / 1000).toFixed(1)} s.`,
      { detail: { durationMs } },
    )
  }
}
