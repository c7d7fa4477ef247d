import { z } from 'zod'
import { defineStep, defineWorkflow } from '../../../platform/durable/index.ts'

const batchInput = z.object({ batchId: z.string() })
const runErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  help: z.string(),
  retryable: z.boolean(),
})
const done = z.object({ state: z.string() })

export const beginBatchStep = defineStep({
  name: 'beginClipBatch',
  sentence: 'Begin the batch',
  input: batchInput,
  output: done,
})

export const cutBatchClipStep = defineStep({
  name: 'cutBatchClip',
  sentence: 'Cut one clip of the batch',
  cpu: true,
  maxAttempts: 2,
  input: batchInput.extend({ clipId: z.string() }),
  output: done,
})

export const finishBatchStep = defineStep({
  name: 'finishClipBatch',
  sentence: 'Tell how the batch ended',
  input: batchInput,
  output: done,
})

export const abandonBatchStep = defineStep({
  name: 'abandonClipBatch',
  sentence: 'Note that the batch did not come to its end',
  input: batchInput.extend({ failure: runErrorSchema }),
  output: done,
})

/** Cutting many clips, of which any may fail without the others. */
export const clipBatchWorkflow = defineWorkflow({
  name: 'clipBatchCut',
  version: 1,
  title: 'Cut a batch of clips',
  input: batchInput.extend({ clipIds: z.array(z.string()), concurrency: z.int().min(1) }),
  output: done,
  stages: [
    { name: 'cut', label: 'Cutting the clips', weight: 98 },
    { name: 'finish', label: 'Finishing', weight: 2 },
  ],
})
