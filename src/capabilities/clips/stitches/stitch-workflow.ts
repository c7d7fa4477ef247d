import { z } from 'zod'
import { defineStep, defineWorkflow } from '../../../platform/durable/index.ts'

const stitchInput = z.object({ stitchId: z.string() })

export const makeStitchStep = defineStep({
  name: 'makeStitchFile',
  sentence: 'Join the parts',
  cpu: true,
  maxAttempts: 2,
  input: stitchInput,
  output: z.object({ stitchId: z.string(), fileAssetId: z.string() }),
})

export const failStitchStep = defineStep({
  name: 'failStitch',
  sentence: 'Note that the parts could not be joined',
  input: stitchInput.extend({
    failure: z.object({ code: z.string(), message: z.string(), help: z.string(), retryable: z.boolean() }),
  }),
  output: stitchInput,
})

/** Joining ranges into one file. */
export const stitchWorkflow = defineWorkflow({
  name: 'clipStitch',
  version: 1,
  title: 'Stitch clips',
  input: stitchInput,
  output: z.object({ stitchId: z.string(), fileAssetId: z.string() }),
  stages: [{ name: 'stitch', label: 'Joining the parts', weight: 1 }],
})
