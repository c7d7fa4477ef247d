import { z } from '@hono/zod-openapi'

export const variableTypes = ['text', 'quote', 'number', 'boolean', 'list', 'record', 'records'] as const
export type VariableType = (typeof variableTypes)[number]

export const mostTemplateChars = 100_000

export const promptKeySchema = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]*([.-][a-zA-Z0-9]+)*$/, 'must look like "ideas.hooks"')
  .max(100)
  .openapi({ example: 'ideas.hooks' })

/** A topic's slug; empty for every topic. */
export const topicPlaceSchema = z
  .string()
  .regex(/^([a-z0-9]+(-[a-z0-9]+)*)?$/, 'must be a topic such as home-cooking')
  .max(40)
/** A language tag; empty for every language. */
export const languagePlaceSchema = z
  .string()
  .regex(/^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$/, 'must be a language such as de or pt-BR')
  .max(20)

export const variableSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-zA-Z0-9]*$/, 'must look like "sourceText"')
      .max(50),
    type: z.enum(variableTypes).openapi({
      description:
        'quote: foreign text, fenced so that it cannot give orders. list: texts. record: one object of plain values. records: several.',
    }),
    description: z.string().max(300).default(''),
    required: z.boolean().default(true),
    default: z.unknown().optional(),
    example: z.unknown().optional(),
    from: z
      .string()
      .max(50)
      .optional()
      .openapi({ description: 'Where the preview takes real data from, such as draft.title.' }),
  })
  .openapi('PromptVariable')
export type PromptVariable = z.infer<typeof variableSchema>

const template = z.string().max(mostTemplateChars, 'must have at most 100,000 characters')

/** The whole of a prompt. */
export const promptDefinitionSchema = z
  .strictObject({
    title: z.string().trim().min(1).max(120),
    description: z.string().max(1_000).default(''),
    task: z
      .string()
      .regex(/^[a-z][a-zA-Z]*$/)
      .max(30)
      .default('text')
      .openapi({ description: 'What the model is chosen by.' }),
    isPartial: z.boolean().default(false).openapi({ description: 'Only to be used inside others.' }),
    variables: z.array(variableSchema).max(50).default([]),
    system: template.default(''),
    user: template.min(1),
    windowTokens: z
      .int()
      .min(500)
      .max(2_000_000)
      .default(8_000)
      .openapi({ description: 'What the smallest model that may get it can read.' }),
    replyTokens: z.int().min(0).max(200_000).default(1_500),
  })
  .openapi('PromptDefinition')
export type PromptDefinition = z.infer<typeof promptDefinitionSchema>

/** Where a prompt stands: one text for one topic and language, or for all. */
export type PromptPlace = { key: string; topic: string; language: string }

const placeShape = {
  key: promptKeySchema,
  topic: z.string().openapi({ description: 'Empty: every topic.' }),
  language: z.string().openapi({ description: 'Empty: every language.' }),
}
const storedShape = {
  version: z.int().openapi({ description: '0: as shipped. The ETag of the next change.' }),
  isShipped: z.boolean().openapi({ description: 'The product comes with one in this place.' }),
  changedBy: z.string().nullable(),
  changedAt: z.iso.datetime().nullable(),
}

export const promptSchema = promptDefinitionSchema.extend({ ...placeShape, ...storedShape }).openapi('Prompt')
export type Prompt = z.infer<typeof promptSchema>

export const promptSummarySchema = z
  .object({
    ...placeShape,
    ...storedShape,
    title: z.string(),
    description: z.string(),
    task: z.string(),
    isPartial: z.boolean(),
  })
  .openapi('PromptSummary')
export type PromptSummary = z.infer<typeof promptSummarySchema>

export const promptVersionSchema = z
  .object({
    version: z.int(),
    definition: promptDefinitionSchema.nullable(),
    changedBy: z.string().nullable(),
    changedAt: z.iso.datetime().nullable(),
    reason: z.string(),
  })
  .openapi('PromptVersion')
export type PromptVersion = z.infer<typeof promptVersionSchema>

export function placeText({ key, topic, language }: PromptPlace): string {
  return `${key}${topic ? ` for ${topic}` : ''}${language ? ` in ${language}` : ''}`
}
