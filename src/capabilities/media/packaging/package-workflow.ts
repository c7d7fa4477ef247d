import { z } from 'zod'
import { defineStep, defineWorkflow } from '../../../platform/durable/index.ts'

export const packageWishSchema = z.object({
  assetId: z.string().max(100),
  /** Short side of the largest quality. */
  maxHeight: z.int().min(240).max(2160).optional(),
  sizes: z.enum(['few', 'all']).optional(),
  encrypted: z.boolean().optional(),
  /** Stored SRT or WebVTT files. */
  captions: z
    .array(
      z.object({
        assetId: z.string().max(100),
        language: z.string().max(35),
        name: z.string().min(1).max(100),
      }),
    )
    .max(50)
    .optional(),
})
export type PackageWish = z.infer<typeof packageWishSchema>

const packageMade = z.object({ assetId: z.string(), packageHash: z.string() })
const packageInput = z.object({ wish: packageWishSchema, isRemote: z.boolean() })

const step = {
  sentence: 'Make the streaming package',
  maxAttempts: 3,
  input: packageWishSchema,
  output: packageMade,
}

/** On this machine: waits for a processor. */
export const makePackageStep = defineStep({ ...step, name: 'makePackage', cpu: true })
/** At a service: this machine only waits. */
export const transcodePackageStep = defineStep({
  ...step,
  name: 'transcodePackage',
  sentence: 'Have the streaming package made by the transcoding service',
})

export const failPackageStep = defineStep({
  name: 'failPackage',
  sentence: 'Tell that the package could not be made',
  input: z.object({
    assetId: z.string(),
    failure: z.object({ code: z.string(), message: z.string(), help: z.string(), retryable: z.boolean() }),
  }),
  output: z.object({ assetId: z.string() }),
})

/** A streaming package of an asset, with everything that one may have. */
export const packageWorkflow = defineWorkflow({
  name: 'packageMake',
  version: 1,
  title: 'Make a streaming package',
  input: packageInput,
  output: packageMade,
  stages: [{ name: 'make', label: 'Making the streaming package', weight: 1 }],
})
