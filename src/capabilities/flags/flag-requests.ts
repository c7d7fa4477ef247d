import { z } from '@hono/zod-openapi'
import { flagDefinitionSchema, flagKeySchema, flagSchema } from './flag.ts'

/** Pieces of requests and answers that the routes of flags are made of. */
export const flagParams = z.object({
  key: z.string().max(100).openapi({ example: 'productions.writeDrafts' }),
})
export const ifMatchHeader = z.object({ 'if-match': z.string().optional().openapi({ example: '"v1"' }) })
export const reason = z.string().trim().min(1).max(500).openapi({ description: 'Why, for the history.' })

export const flagAnswer = {
  description: 'The flag',
  headers: z.object({ etag: z.string() }),
  content: { 'application/json': { schema: flagSchema } },
}

export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } } as const
}

export const createBody = z.strictObject({ key: flagKeySchema, reason, definition: flagDefinitionSchema })
export const changeBody = z.strictObject({ reason, definition: flagDefinitionSchema })
export const switchBody = z.strictObject({ isOn: z.boolean(), reason })
export const rollBackBody = z.strictObject({ to: z.int().min(1), reason })
export const evaluateBody = z.strictObject({
  unit: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'Who asks: an id that stays the same.' }),
  attributes: z.record(z.string().max(50), z.unknown()).default({}),
})
