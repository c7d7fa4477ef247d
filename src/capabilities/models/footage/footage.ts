import { z } from '@hono/zod-openapi'
import { footageShapes, footageSizes } from '../../../providers/video-model/index.ts'

export const footageWishSchema = z
  .strictObject({
    prompt: z.string().trim().min(1).max(5_000),
    modelId: z
      .string()
      .max(200)
      .optional()
      .openapi({ description: 'Default: the first that is set up.', example: 'bedrock:luma-ray2' }),
    durationMs: z.int().min(1_000).max(60_000).default(5_000),
    shape: z.enum(footageShapes).default('16:9'),
    size: z.enum(footageSizes).default('720p'),
    topic: z.string().max(100).optional(),
    videoId: z.string().max(100).optional(),
  })
  .openapi('FootageWish')

export type FootageWish = z.infer<typeof footageWishSchema>

export const footageSchema = z.object({
  assetId: z.string(),
  modelId: z.string(),
  costMicros: z.int(),
  durationMs: z.int(),
  width: z.int(),
  height: z.int(),
})

export type Footage = z.infer<typeof footageSchema>
