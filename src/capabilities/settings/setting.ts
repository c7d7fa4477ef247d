import { z } from '@hono/zod-openapi'
import { settingKinds } from './definition.ts'

/** Where a value comes from; a later layer counts before an earlier one. */
export const settingLayers = ['default', 'file', 'environment', 'deployment', 'workspace', 'topic'] as const
export type SettingLayer = (typeof settingLayers)[number]

/** Layers whose values are kept in the database and can be changed while the product runs. */
export const storedLayers = ['deployment', 'workspace', 'topic'] as const
export type StoredLayer = (typeof storedLayers)[number]

const anyValue = z
  .unknown()
  .openapi({ description: 'A number, text, true or false, a list or JSON, as `kind` says.' })

export const settingSchema = z
  .object({
    key: z.string().openapi({ example: 'clips.count' }),
    area: z.string().openapi({ description: 'The part of the product that it is about.', example: 'clips' }),
    title: z.string(),
    description: z.string(),
    kind: z.enum(settingKinds),
    unit: z.string().nullable(),
    value: anyValue,
    layer: z.enum(settingLayers).openapi({ description: 'The layer that the value comes from.' }),
    default: anyValue,
    isInteger: z.boolean(),
    min: z.number().nullable(),
    max: z.number().nullable(),
    choices: z.array(z.string()).nullable(),
    permission: z.string().openapi({ description: 'What a person needs to change it.' }),
    needsRestart: z.boolean(),
    changesCost: z.boolean(),
    isPerTopic: z.boolean().openapi({ description: 'Whether a topic may have its own value.' }),
    variable: z.string().openapi({ description: 'The environment variable of the environment layer.' }),
    formerNames: z.array(z.string()),
    version: z.int().openapi({
      description: 'Changes so far of the layer that is asked for (workspace or topic); the next ETag.',
    }),
  })
  .openapi('Setting')

export const settingLayerSchema = z.object({
  layer: z.enum(settingLayers),
  value: anyValue,
  isSet: z.boolean().openapi({ description: 'False when the layer says nothing.' }),
  counts: z.boolean(),
  source: z
    .string()
    .nullable()
    .openapi({ description: 'Which file or variable says so, for layers outside the database.' }),
  changedBy: z.string().nullable(),
  changedAt: z.iso.datetime().nullable(),
  reason: z.string().nullable(),
})

export const settingExplanationSchema = settingSchema
  .extend({
    topic: z.string().nullable(),
    deploymentVersion: z.int().openapi({ description: 'Changes so far of the deployment layer.' }),
    layers: z.array(settingLayerSchema),
    cappedAt: z
      .number()
      .nullable()
      .openapi({ description: 'The most the environment allows, when that is less.' }),
    warnings: z.array(z.string()),
  })
  .openapi('SettingExplanation')

export const settingVersionSchema = z
  .object({
    version: z.int(),
    layer: z.enum(storedLayers),
    topic: z.string().nullable(),
    value: anyValue,
    /** What the layer said before. */
    before: anyValue,
    diff: z.array(z.string()).openapi({ description: 'What changed, in lines with + and −.' }),
    changedBy: z.string(),
    changedAt: z.iso.datetime(),
    reason: z.string(),
    rolledBackTo: z.int().nullable(),
  })
  .openapi('SettingVersion')

export type Setting = z.infer<typeof settingSchema>
export type SettingLayerValue = z.infer<typeof settingLayerSchema>
export type SettingExplanation = z.infer<typeof settingExplanationSchema>
export type SettingVersion = z.infer<typeof settingVersionSchema>
