import { z } from '@hono/zod-openapi'
import { textFields } from './text-limits.ts'

/** What is written for one destination. Generous: what is too long is stored and marked, not refused. */
export const contentSchema = z
  .strictObject({
    title: z.string().max(2_000).default(''),
    text: z.string().max(100_000).default(''),
    tags: z.array(z.string().trim().min(1).max(500)).max(200).default([]),
  })
  .openapi('AdaptedContent')

export type Content = z.infer<typeof contentSchema>

export const violationSchema = z
  .object({
    field: z.enum(textFields),
    rule: z.enum([
      'required',
      'tooLong',
      'forbiddenCharacter',
      'tooManyHashtags',
      'tooManyMentions',
      'invisibleCharacter',
    ]),
    start: z.int().nullable().openapi({ description: 'Where it begins in the field, in UTF-16 units.' }),
    end: z.int().nullable(),
    limit: z.number().nullable(),
    actual: z.number().nullable(),
    message: z.string().openapi({ description: 'One sentence about what is wrong.' }),
    fix: z.string().openapi({ description: 'What to do about it.' }),
    suggestion: z
      .string()
      .nullable()
      .openapi({ description: 'The whole field without this violation; null where only a person can know.' }),
  })
  .openapi('TextViolation')

/** A rule of the destination that the text breaks, with its place and a way out. */
export type Violation = z.infer<typeof violationSchema>

export const countSchema = z.object({
  field: z.enum(textFields),
  used: z.int(),
  max: z.int(),
  unit: z.string(),
})
export type FieldCount = z.infer<typeof countSchema>
