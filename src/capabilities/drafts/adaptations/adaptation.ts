import { z } from '@hono/zod-openapi'
import type { draftAdaptations } from '../schema.ts'
import { checkContent, countContent } from './check-content.ts'
import { contentSchema, countSchema, violationSchema } from './content.ts'
import { textDestinations, textLimitsOf } from './text-limits.ts'

export const adaptationSchema = z
  .object({
    draftId: z.string(),
    destination: z.enum(textDestinations),
    name: z.string().openapi({ description: 'The destination as people know it.', example: 'YouTube' }),
    content: contentSchema,
    notes: z.array(z.string()).openapi({ description: 'What adapting changed; to be reviewed.' }),
    counts: z.array(countSchema),
    violations: z.array(violationSchema),
    isReady: z.boolean().openapi({ description: 'Whether the destination would take it as it is.' }),
    isEdited: z.boolean().openapi({ description: 'Whether a person has changed it.' }),
    isOutdated: z.boolean().openapi({ description: 'Whether the draft has changed since.' }),
    version: z.int(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('DraftAdaptation')

/** What a draft says at one destination, held against that destination's limits. */
export type Adaptation = z.infer<typeof adaptationSchema>

export function toAdaptation(
  row: typeof draftAdaptations.$inferSelect,
  draft: { version: number },
): Adaptation {
  const { draftId, destination, content, notes, version } = row
  const limits = textLimitsOf(destination)
  const violations = checkContent(content, limits)
  return {
    draftId,
    destination,
    name: limits.name,
    content,
    notes,
    counts: countContent(content, limits),
    violations,
    isReady: violations.length === 0,
    isEdited: row.editedBy !== null,
    isOutdated: row.draftVersion < draft.version,
    version,
    updatedAt: row.updatedAt.toISOString(),
  }
}
