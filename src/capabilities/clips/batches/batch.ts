import { z } from '@hono/zod-openapi'
import { clipRangeSchema, clipSchema, clipStates, clipTitleSchema, cutModes } from '../clip.ts'
import { clipSourceSchema } from '../clip-source.ts'
import { reframeSchema } from '../reframe/reframe.ts'
import { stitchOptionsSchema } from '../stitches/stitch.ts'
import type { clipBatches } from './schema.ts'

export const batchStates = ['queued', 'processing', 'processed', 'partial', 'failed', 'cancelled'] as const
export type BatchState = (typeof batchStates)[number]

export const maxBatchClips = 200
export const maxConcurrency = 16

export const batchOrderSchema = z.strictObject({
  name: z.string().trim().min(1).max(300).optional(),
  concurrency: z
    .int()
    .min(1)
    .max(maxConcurrency)
    .optional()
    .openapi({ description: 'Clips that are cut at once, as far as there are CPU slots. Default 2.' }),
  clips: z
    .array(
      z.strictObject({
        assetId: z.string().max(100).optional(),
        source: clipSourceSchema.optional(),
        ...clipRangeSchema.shape,
        title: clipTitleSchema.optional(),
        mode: z.enum(cutModes).optional(),
        reframe: reframeSchema.optional(),
        score: z.number().min(0).max(1).optional(),
        reasons: z.array(z.string().max(300)).max(20).optional(),
      }),
    )
    .min(1)
    .max(maxBatchClips),
  stitch: stitchOptionsSchema
    .optional()
    .openapi({ description: 'Join the clips that were cut, in this order, into one file.' }),
})
export type BatchOrder = z.infer<typeof batchOrderSchema>

export const batchSummarySchema = z
  .object({
    id: z.string().openapi({ example: 'batch_01J9ZK4Q8F0000000000000000' }),
    name: z.string(),
    state: z.enum(batchStates).openapi({
      description: 'partial: some clips are there, others failed or were cancelled.',
    }),
    runId: z.string().openapi({ description: 'The run that cuts them, with the progress.' }),
    concurrency: z.int(),
    stitch: stitchOptionsSchema.nullable(),
    stitchId: z
      .string()
      .nullable()
      .openapi({ description: 'The file that joins its clips, once that began.' }),
    counts: z.object({
      total: z.int(),
      ...Object.fromEntries(clipStates.map((state) => [state, z.int()])),
    } as { total: z.ZodInt } & Record<(typeof clipStates)[number], z.ZodInt>),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .openapi('ClipBatchSummary')
export type BatchSummary = z.infer<typeof batchSummarySchema>

export const batchSchema = batchSummarySchema
  .extend({ clips: z.array(clipSchema).openapi({ description: 'In the order of the batch.' }) })
  .openapi('ClipBatch')
export type Batch = z.infer<typeof batchSchema>

export type BatchRow = typeof clipBatches.$inferSelect

/** How a batch ended, from how its clips did. */
export function overallState(counts: BatchSummary['counts']): BatchState {
  if (counts.processed > 0) return counts.processed === counts.total ? 'processed' : 'partial'
  return counts.failed > 0 ? 'failed' : 'cancelled'
}
