import { z } from 'zod'
import { defineStep, defineWorkflow } from '../../platform/durable/index.ts'

export const cutClipStep = defineStep({
  name: 'cutClipFile',
  sentence: 'Cut the clip',
  cpu: true,
  // A stalled engine is tried once more; a second stall is the file's fault.
  maxAttempts: 2,
  input: z.object({ clipId: z.string() }),
  output: z.object({ clipId: z.string(), fileAssetId: z.string() }),
})

export const failClipStep = defineStep({
  name: 'failClip',
  sentence: 'Note that the clip could not be cut',
  input: z.object({
    clipId: z.string(),
    failure: z.object({ code: z.string(), message: z.string(), help: z.string(), retryable: z.boolean() }),
  }),
  output: z.object({ clipId: z.string() }),
})

/** Cutting one clip that a person asked for. */
export const cutClipWorkflow = defineWorkflow({
  name: 'cutClip',
  version: 1,
  title: 'Cut a clip',
  input: z.object({ clipId: z.string() }),
  output: z.object({ clipId: z.string(), fileAssetId: z.string() }),
  stages: [{ name: 'cut', label: 'Cutting the clip', weight: 1 }],
})
