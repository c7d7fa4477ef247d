import { z } from 'zod'
import { defineStep, defineWorkflow } from '../../../platform/durable/index.ts'

const renditionInput = z.object({ renditionId: z.string() })

export const makeRenditionStep = defineStep({
  name: 'makeRendition',
  sentence: 'Make the rendition and compare it with its source',
  cpu: true,
  maxAttempts: 2,
  input: renditionInput,
  output: z.object({ renditionId: z.string(), fileAssetId: z.string() }),
})

export const failRenditionStep = defineStep({
  name: 'failRendition',
  sentence: 'Note that the rendition could not be made',
  input: renditionInput.extend({
    failure: z.object({ code: z.string(), message: z.string(), help: z.string(), retryable: z.boolean() }),
  }),
  output: renditionInput,
})

/** One file for a destination or for editing. */
export const renditionWorkflow = defineWorkflow({
  name: 'renditionMake',
  version: 1,
  title: 'Make a rendition',
  input: renditionInput,
  output: z.object({ renditionId: z.string(), fileAssetId: z.string() }),
  stages: [{ name: 'make', label: 'Making the rendition', weight: 1 }],
})
