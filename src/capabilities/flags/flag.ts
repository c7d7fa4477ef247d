import { z } from '@hono/zod-openapi'
import { type EnvironmentName, environments } from '../../platform/config/settings-variables.ts'

export const flagKinds = ['boolean', 'string', 'number', 'json'] as const
export type FlagKind = (typeof flagKinds)[number]

/** Where a process runs; from `CREATOROPS_ENVIRONMENT`. */
export { environments }
export type Environment = EnvironmentName

export const operators = [
  'in',
  'notIn',
  'contains',
  'startsWith',
  'endsWith',
  'lessThan',
  'atMost',
  'moreThan',
  'atLeast',
  'before',
  'after',
  'exists',
  'missing',
] as const
export type Operator = (typeof operators)[number]

export const flagKeySchema = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]*([.-][a-zA-Z0-9]+)*$/, 'must look like "productions.writeDrafts"')
  .max(100)
  .openapi({ example: 'productions.writeDrafts' })
const variantName = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]*$/, 'must be letters, digits, - and _')
  .max(50)
const percent = z.number().min(0).max(100).openapi({ description: 'At most three decimals.' })

/** One variant for everybody, or shares by a stable hash of one attribute of who asks. */
export const serveSchema = z
  .union([
    z.strictObject({ variant: variantName }),
    z.strictObject({
      split: z
        .array(z.strictObject({ variant: variantName, percent }))
        .min(1)
        .max(20),
      by: z.string().min(1).max(50).optional().openapi({ description: 'Default: the unit itself.' }),
    }),
  ])
  .openapi('FlagServe')
export type Serve = z.infer<typeof serveSchema>

const conditionSchema = z.strictObject({
  attribute: z.string().min(1).max(50).openapi({ example: 'plan' }),
  operator: z.enum(operators),
  values: z
    .array(z.union([z.string().max(500), z.number(), z.boolean()]))
    .max(1_000)
    .default([]),
})
export type Condition = z.infer<typeof conditionSchema>

const ruleSchema = z.strictObject({
  description: z.string().max(200).default(''),
  when: z.array(conditionSchema).min(1).max(10).openapi({ description: 'All of them must hold.' }),
  serve: serveSchema,
})

const changeSchema = z.strictObject({ isOn: z.boolean().optional(), serve: serveSchema.optional() })

export const guardrailSchema = z
  .strictObject({
    metric: z.string().min(1).max(100).openapi({ example: 'run.failed' }),
    kind: z.enum(['rate', 'mean']),
    goal: z.enum(['increase', 'decrease']).openapi({ description: 'Which way is good.' }),
    maxHarm: z.number().min(0).openapi({ description: "The most that may get worse, in the metric's unit." }),
    smallestEffect: z.number().positive().default(0.05),
  })
  .openapi('Guardrail')
export type Guardrail = z.infer<typeof guardrailSchema>

/** Gives a variant to more and more units, in steps; ends by itself when a guardrail trips. */
export const rolloutSchema = z
  .strictObject({
    variant: variantName,
    steps: z
      .array(z.strictObject({ percent, holdMinutes: z.int().min(0).max(525_600) }))
      .min(1)
      .max(20),
    startedAt: z.iso
      .datetime()
      .optional()
      .openapi({ description: 'Default: when it is saved. Later: it waits.' }),
    guardrails: z.array(guardrailSchema).max(10).default([]),
    minUnits: z
      .int()
      .min(2)
      .default(50)
      .openapi({ description: 'On each side, before a guardrail is read.' }),
    stopped: z
      .strictObject({ at: z.iso.datetime(), because: z.string().max(500) })
      .nullable()
      .default(null),
  })
  .openapi('FlagRollout')
export type Rollout = z.infer<typeof rolloutSchema>

/** All that decides what a flag serves. */
export const flagDefinitionSchema = z
  .strictObject({
    title: z.string().trim().min(1).max(120),
    description: z.string().max(1_000).default(''),
    kind: z.enum(flagKinds),
    variants: z
      .record(variantName, z.unknown())
      .openapi({ description: 'Name to value.', example: { on: true, off: false } }),
    isOn: z.boolean().default(true).openapi({ description: 'Off serves offVariant to everybody.' }),
    offVariant: variantName,
    serve: serveSchema,
    rules: z.array(ruleSchema).max(50).default([]),
    environments: z.partialRecord(z.enum(environments), changeSchema).default({}),
    schedule: z
      .array(changeSchema.extend({ at: z.iso.datetime({ offset: true }) }))
      .max(50)
      .default([]),
    prerequisites: z
      .array(z.strictObject({ flag: flagKeySchema, variants: z.array(variantName).min(1).max(20) }))
      .max(10)
      .default([]),
    rollout: rolloutSchema.nullable().default(null),
    isPermanent: z
      .boolean()
      .default(false)
      .openapi({ description: 'A switch that is meant to stay; never reported as stale.' }),
    owner: z.string().max(100).default(''),
  })
  .openapi('FlagDefinition')
export type FlagDefinition = z.infer<typeof flagDefinitionSchema>

export const flagSchema = flagDefinitionSchema
  .extend({
    key: flagKeySchema,
    version: z.int().openapi({ description: '0: as shipped. The ETag of the next change.' }),
    isShipped: z.boolean().openapi({ description: 'The product itself reads it.' }),
    changedBy: z.string().nullable(),
    changedAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .openapi('Flag')
export type Flag = z.infer<typeof flagSchema>

export const flagVersionSchema = z
  .object({
    version: z.int(),
    definition: flagDefinitionSchema.nullable().openapi({ description: 'Null: it was removed.' }),
    changedBy: z.string(),
    changedAt: z.iso.datetime(),
    reason: z.string(),
  })
  .openapi('FlagVersion')
export type FlagVersion = z.infer<typeof flagVersionSchema>

export const flagReasons = [
  'OFF',
  'PREREQUISITE',
  'TARGETING_MATCH',
  'EXPERIMENT',
  'ROLLOUT',
  'SPLIT',
  'STATIC',
] as const
export type FlagReason = (typeof flagReasons)[number]

export const evaluationSchema = z
  .object({
    key: z.string(),
    value: z.unknown(),
    variant: z.string(),
    reason: z.enum(flagReasons),
    because: z.string().openapi({ description: 'The same in a sentence.' }),
    version: z.int(),
  })
  .openapi('FlagEvaluation')
