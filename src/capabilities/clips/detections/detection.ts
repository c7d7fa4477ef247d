import { z } from '@hono/zod-openapi'
import { clipRangeSchema, clipTitleSchema } from '../clip.ts'
import { type ClipSource, clipSourceSchema } from '../clip-source.ts'

export const mostDetectedClips = 1_000
const type = 'clips.detected'

export const detectedClipSchema = z.object({
  ...clipRangeSchema.shape,
  score: z.number().min(0).max(1).optional().openapi({ description: '0 to 1; without one it counts as 0.' }),
  title: clipTitleSchema.optional(),
  reasons: z.array(z.string().max(300)).max(20).optional(),
})
export type DetectedClip = z.infer<typeof detectedClipSchema>

const detailShape = {
  assetId: z.string().max(100).optional().openapi({ description: 'The recording.' }),
  playlist: clipSourceSchema
    .optional()
    .openapi({ description: 'The playlist instead; `package` goes with an asset.' }),
  clips: z.array(detectedClipSchema).min(1).max(mostDetectedClips),
}

const ownEventSchema = z.object({
  id: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'The same id twice starts nothing twice.' }),
  type: z.literal(type),
  source: z.string().max(300).optional().openapi({ description: 'Who detected them; rules can ask for it.' }),
  ...detailShape,
})

/** As EventBridge sends it to an API destination. */
const bridgeEventSchema = z.object({
  version: z.string().optional(),
  id: z.string().min(1).max(200),
  'detail-type': z.literal(type),
  source: z.string().max(300),
  account: z.string().optional(),
  time: z.string().optional(),
  region: z.string().optional(),
  resources: z.array(z.string()).optional(),
  detail: z.object(detailShape),
})

export const detectionEventSchema = z.union([ownEventSchema, bridgeEventSchema]).openapi('DetectedClipsEvent')
export type DetectionEvent = z.infer<typeof detectionEventSchema>

/** What an event says, whatever its shape. */
export type Detection = {
  eventId: string | undefined
  source: string
  assetId: string | undefined
  playlist: ClipSource | undefined
  clips: DetectedClip[]
}

export const startedBatchSchema = z.object({ ruleId: z.string(), batchId: z.string(), clips: z.int() })
export type StartedBatch = z.infer<typeof startedBatchSchema>

export const detectionAnswerSchema = z
  .object({
    eventId: z.string(),
    isDuplicate: z.boolean().openapi({ description: 'The event was taken before; these are its batches.' }),
    clips: z.int().openapi({ description: 'Clips in the event.' }),
    batches: z
      .array(startedBatchSchema)
      .openapi({ description: 'One for each rule that wanted some of them.' }),
  })
  .openapi('DetectedClipsAnswer')
export type DetectionAnswer = z.infer<typeof detectionAnswerSchema>

/** Reads both shapes of an event; pure. */
export function readDetection(event: DetectionEvent): Detection {
  const detail = 'detail' in event ? event.detail : event
  const { assetId, playlist, clips } = detail
  return { eventId: event.id, source: event.source ?? 'api', assetId, playlist, clips }
}
