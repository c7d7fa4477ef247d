import { z } from '@hono/zod-openapi'
import { diffLineSchema } from './diff-text.ts'
import { lintSchema } from './lint-prompt.ts'
import { languagePlaceSchema, promptSchema, topicPlaceSchema } from './prompt.ts'

/** Pieces of requests and answers that the routes of prompts are made of. */
export const promptParams = z.object({ key: z.string().max(100).openapi({ example: 'ideas.hooks' }) })
export const placeQuery = z.object({
  topic: topicPlaceSchema.default('').openapi({ description: 'Empty: every topic.' }),
  language: languagePlaceSchema.default('').openapi({ description: 'Empty: every language.' }),
})
export const ifMatchHeader = z.object({ 'if-match': z.string().optional().openapi({ example: '"v1"' }) })
export const reason = z.string().trim().min(1).max(500).openapi({ description: 'Why, for the history.' })

export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } } as const
}

export function jsonAnswer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } } as const
}

export const etagHeader = { headers: z.object({ etag: z.string() }) }

export const savedSchema = z.object({ prompt: promptSchema, findings: z.array(lintSchema) })
export const diffSchema = z
  .object({
    from: z.int(),
    to: z.int(),
    system: z.array(diffLineSchema),
    user: z.array(diffLineSchema),
    variables: z.array(diffLineSchema),
  })
  .openapi('PromptDiff')
export const previewSchema = z
  .object({
    system: z.string(),
    user: z.string(),
    tokens: z.int(),
    room: z.int().openapi({ description: 'Tokens that fit beside the answer.' }),
    findings: z.array(lintSchema),
    values: z.array(
      z.object({
        name: z.string(),
        value: z.unknown(),
        from: z.enum(['given', 'real', 'example', 'placeholder', 'none']),
      }),
    ),
  })
  .openapi('PromptPreview')
