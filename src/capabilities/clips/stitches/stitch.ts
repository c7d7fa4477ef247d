import { z } from '@hono/zod-openapi'
import { clipRangeSchema, clipStates, receiptSchema } from '../clip.ts'
import { mostFadeMs } from '../stitch-clips.ts'
import type { clipStitches } from './schema.ts'

export const mostStitchParts = 200

export const loudnessSchema = z
  .union([z.enum(['match', 'keep']), z.number().min(-40).max(-5)])
  .openapi({ description: 'match: as loud as the first part (default); keep; or so many LUFS.' })

export const stitchOptionsSchema = z.strictObject({
  fadeMs: z
    .int()
    .min(0)
    .max(mostFadeMs)
    .optional()
    .openapi({ description: 'How long each part fades into the next. Default 0: plain cuts.' }),
  loudness: loudnessSchema.optional(),
})
export type StitchOptions = z.infer<typeof stitchOptionsSchema>

const rangeSchema = clipRangeSchema.partial().shape
export const stitchPartSchema = z.union([
  z.strictObject({ assetId: z.string().max(100), ...rangeSchema }),
  z
    .strictObject({ clipId: z.string().max(100), ...rangeSchema })
    .openapi({ description: 'A clip that is cut; the range counts inside it.' }),
])
export type StitchPart = z.infer<typeof stitchPartSchema>

export const stitchOrderSchema = z.strictObject({
  name: z.string().trim().min(1).max(300).optional(),
  parts: z
    .array(stitchPartSchema)
    .min(1)
    .max(mostStitchParts)
    .openapi({ description: 'In the order of the new file. Without a range the whole file is meant.' }),
  batchId: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: 'The batch whose clips these are; its page shows the file.' }),
  ...stitchOptionsSchema.shape,
})
export type StitchOrder = z.infer<typeof stitchOrderSchema>

export const stitchSchema = z
  .object({
    id: z.string().openapi({ example: 'stitch_01J9ZK4Q8F0000000000000000' }),
    name: z.string(),
    state: z.enum(clipStates),
    runId: z.string().openapi({ description: 'The run that makes it, with the progress.' }),
    batchId: z.string().nullable().openapi({ description: 'The batch whose clips it joins.' }),
    parts: z.array(stitchPartSchema),
    options: stitchOptionsSchema,
    width: z.int().nullable(),
    height: z.int().nullable(),
    durationMs: z.number().nullable(),
    sizeBytes: z.int().nullable(),
    receipt: receiptSchema.nullable(),
    fileUrl: z.string().nullable(),
    thumbnailUrl: z.string().nullable(),
    fileAssetId: z.string().nullable(),
    thumbnailAssetId: z.string().nullable(),
    processingMs: z.int().nullable(),
    error: z
      .object({ code: z.string(), message: z.string(), help: z.string(), retryable: z.boolean() })
      .nullable(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('ClipStitch')
export type Stitch = z.infer<typeof stitchSchema>

export type StitchRow = typeof clipStitches.$inferSelect
