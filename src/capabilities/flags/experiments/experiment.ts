import { z } from '@hono/zod-openapi'

export const experimentStates = ['draft', 'running', 'stopped'] as const
export type ExperimentState = (typeof experimentStates)[number]

export const experimentKeySchema = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]*([.-][a-zA-Z0-9]+)*$/, 'must look like "hooks.question-first"')
  .max(100)
  .openapi({ example: 'hooks.question-first' })
const percent = z.number().min(0).max(100)

const variantSchema = z.strictObject({
  key: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]*$/, 'must be letters, digits, - and _')
    .max(50),
  title: z.string().max(120).default(''),
  percent: percent.openapi({ description: 'Share of the units; together 100. At most three decimals.' }),
  value: z
    .unknown()
    .default(null)
    .openapi({ description: 'What the code that asks gets, such as a version of a prompt.' }),
})

export const metricSchema = z
  .strictObject({
    metric: z.string().min(1).max(100).openapi({ example: 'prompt.approved' }),
    title: z.string().max(120).default(''),
    kind: z.enum(['rate', 'mean']).openapi({
      description: 'rate: the share of units with any value above 0. mean: the average over units.',
    }),
    goal: z.enum(['increase', 'decrease']).openapi({ description: 'Which way is good.' }),
    role: z.enum(['primary', 'secondary', 'guardrail']),
    smallestEffect: z.number().positive().default(0.05).openapi({
      description:
        "The smallest difference that would matter, in the metric's unit (0.05 = 5 points of a rate).",
    }),
    maxHarm: z
      .number()
      .min(0)
      .default(0)
      .openapi({ description: 'Guardrails: the most it may get worse before the experiment is stopped.' }),
    withoutValue: z
      .enum(['leaveOut', 'zero'])
      .default('leaveOut')
      .openapi({ description: 'Means: what a unit without a value counts as.' }),
    windowHours: z
      .int()
      .min(1)
      .max(2_160)
      .nullable()
      .default(null)
      .openapi({ description: 'Only outcomes within this time after the exposure.' }),
  })
  .openapi('ExperimentMetric')
export type ExperimentMetric = z.infer<typeof metricSchema>

export const experimentDefinitionSchema = z
  .strictObject({
    title: z.string().trim().min(1).max(120),
    hypothesis: z.string().max(1_000).default(''),
    flagKey: z
      .string()
      .max(100)
      .nullable()
      .default(null)
      .openapi({ description: 'The flag that serves the variants; null when code asks for an assignment.' }),
    unit: z.string().min(1).max(50).default('unit').openapi({ description: 'What is assigned, in a word.' }),
    variants: z.array(variantSchema).min(2).max(10),
    control: z.string().max(50),
    trafficPercent: percent.default(100),
    metrics: z.array(metricSchema).min(1).max(20),
    minUnits: z
      .int()
      .min(10)
      .max(10_000_000)
      .default(100)
      .openapi({ description: 'In each variant before a verdict.' }),
    minDays: z.number().min(0).max(365).default(7),
  })
  .openapi('ExperimentDefinition')
export type ExperimentDefinition = z.infer<typeof experimentDefinitionSchema>

export const experimentSchema = experimentDefinitionSchema
  .extend({
    id: z.string(),
    key: experimentKeySchema,
    state: z.enum(experimentStates),
    version: z.int(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    stoppedAt: z.iso.datetime().nullable(),
    stopReason: z.string().nullable(),
  })
  .openapi('Experiment')
export type Experiment = z.infer<typeof experimentSchema>
