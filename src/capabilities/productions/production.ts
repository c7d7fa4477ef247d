import { z } from '@hono/zod-openapi'

export const productionTitleSchema = z.string().trim().min(1).max(300)

const receiptSchema = z.record(z.string(), z.unknown())

export const productionClipSchema = z.object({
  clipId: z.string(),
  title: z.string(),
  state: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  reasons: z.array(z.string()),
  fileUrl: z.string().nullable().openapi({ description: 'Signed link to the clip, once it is cut.' }),
  thumbnailUrl: z.string().nullable(),
  receipt: receiptSchema.nullable().openapi({ description: 'What the cut proves about itself.' }),
})

/** A production as every edge of the product shows it. */
export const productionSchema = z
  .object({
    id: z.string().openapi({ example: 'prod_01J9ZK4Q8F0000000000000000' }),
    runId: z.string(),
    assetId: z.string(),
    title: z.string(),
    state: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    stage: z.string().nullable(),
    stageLabel: z.string().nullable(),
    percent: z.number(),
    error: z
      .object({ code: z.string(), message: z.string(), help: z.string(), retryable: z.boolean() })
      .nullable(),
    durationMs: z.number().nullable(),
    hlsUrl: z.string().nullable().openapi({ description: 'Signed link to the multivariant playlist.' }),
    posterUrl: z.string().nullable(),
    contactSheetUrl: z.string().nullable(),
    analysisUrl: z.string().nullable().openapi({ description: 'Signed link to the whole analysis as JSON.' }),
    clips: z.array(productionClipSchema),
    transcriptId: z
      .string()
      .nullable()
      .openapi({ description: 'The transcript of the script that was given, for captions.' }),
    drafts: z.array(z.object({ draftId: z.string(), clipId: z.string(), title: z.string() })),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .openapi('Production')

export type Production = z.infer<typeof productionSchema>
export type ProductionClip = z.infer<typeof productionClipSchema>
