import { z } from 'zod'
import { defineStep, defineWorkflow } from '../../../platform/durable/index.ts'
import { footageSchema, footageWishSchema } from './footage.ts'

const placed = z.object({ modelId: z.string(), reservationId: z.string(), remoteId: z.string() })
export type PlacedFootage = z.infer<typeof placed>

export const orderFootageStep = defineStep({
  name: 'orderFootage',
  sentence: 'Order the footage',
  input: footageWishSchema,
  output: z.union([placed, z.object({ isBusy: z.literal(true) })]),
})

export const checkFootageStep = defineStep({
  name: 'checkFootage',
  sentence: 'Ask how the footage stands',
  maxAttempts: 10,
  input: placed,
  output: z.object({ isDone: z.boolean(), costMicros: z.number().optional() }),
})

export const keepFootageStep = defineStep({
  name: 'keepFootage',
  sentence: 'Fetch, check and keep the footage',
  input: placed.extend({ wish: footageWishSchema, costMicros: z.number().optional() }),
  output: footageSchema,
})

export const abandonFootageStep = defineStep({
  name: 'abandonFootage',
  sentence: 'Stop the order and account for it',
  input: placed.extend({ wish: footageWishSchema, isBilled: z.boolean() }),
  output: z.object({ costMicros: z.number() }),
})

/** Footage that somebody asked for, from the order to the asset. */
export const makeFootageWorkflow = defineWorkflow({
  name: 'makeFootage',
  version: 1,
  title: 'Make footage',
  input: footageWishSchema,
  output: footageSchema,
  stages: [
    { name: 'order', label: 'Ordering', weight: 1 },
    { name: 'wait', label: 'Waiting for the vendor', weight: 8 },
    { name: 'keep', label: 'Fetching', weight: 1 },
  ],
})
