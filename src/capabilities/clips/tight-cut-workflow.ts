import { z } from 'zod'
import { defineStep, defineWorkflow } from '../../platform/durable/index.ts'

const input = z.object({
  assetId: z.string(),
  parts: z.array(z.object({ startMs: z.number(), endMs: z.number() })),
})
const output = z.object({
  assetId: z.string(),
  frames: z.int(),
  durationMs: z.number(),
  copiedMs: z.number(),
  encodedMs: z.number(),
  avOffsetMs: z.number(),
  parts: z.int(),
  isSeamless: z.boolean(),
})

export const renderTightCutStep = defineStep({
  name: 'renderTightCutFile',
  sentence: 'Cut out what was accepted',
  cpu: true,
  maxAttempts: 2,
  input,
  output,
})

/** A new file without what a person accepted to remove. */
export const renderTightCutWorkflow = defineWorkflow({
  name: 'renderTightCut',
  version: 1,
  title: 'Render a tight cut',
  input,
  output,
  stages: [{ name: 'render', label: 'Cutting out what was accepted', weight: 1 }],
})
