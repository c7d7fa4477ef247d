import { z } from '@hono/zod-openapi'

/** Where a value comes from; a later layer counts before an earlier one. */
export const settingLayers = ['default', 'environment', 'deployment', 'workspace'] as const
export type SettingLayer = (typeof settingLayers)[number]

/** Layers whose values are kept in the database and can be changed while the product runs. */
export const storedLayers = ['deployment', 'workspace'] as const
export type StoredLayer = (typeof storedLayers)[number]

export const settingSchema = z
  .object({
    key: z.string().openapi({ example: 'clips.count' }),
    title: z.string(),
    description: z.string(),
    unit: z.string(),
    value: z.number().openapi({ description: 'What counts in this workspace.' }),
    layer: z.enum(settingLayers).openapi({ description: 'The layer that the value comes from.' }),
    isInteger: z.boolean(),
    min: z.number(),
    max: z.number(),
    needsRestart: z.boolean(),
    variable: z
      .string()
      .nullable()
      .openapi({ description: 'The environment variable of the environment layer.' }),
    version: z
      .int()
      .openapi({ description: 'Changes of the workspace layer so far; the ETag of the next change.' }),
  })
  .openapi('Setting')

export const settingLayerSchema = z.object({
  layer: z.enum(settingLayers),
  value: z.number().nullable().openapi({ description: 'Null when the layer says nothing.' }),
  counts: z.boolean(),
  changedBy: z.string().nullable(),
  changedAt: z.iso.datetime().nullable(),
  reason: z.string().nullable(),
})

export const settingExplanationSchema = settingSchema
  .extend({
    layers: z.array(settingLayerSchema),
    cappedAt: z
      .number()
      .nullable()
      .openapi({ description: 'The most the environment allows, when that is less.' }),
  })
  .openapi('SettingExplanation')

export const settingVersionSchema = z
  .object({
    version: z.int(),
    layer: z.enum(storedLayers),
    value: z.number().nullable(),
    changedBy: z.string(),
    changedAt: z.iso.datetime(),
    reason: z.string(),
  })
  .openapi('SettingVersion')

export type Setting = z.infer<typeof settingSchema>
export type SettingExplanation = z.infer<typeof settingExplanationSchema>
export type SettingVersion = z.infer<typeof settingVersionSchema>
