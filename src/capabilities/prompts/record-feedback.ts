import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { recordOutcomes } from '../flags/index.ts'
import { editShare } from './edit-share.ts'
import type { PromptDeps } from './find-prompt.ts'

const text = z.string().max(200_000)

export const feedbackSchema = z
  .strictObject({
    unitId: z.string().min(1).max(200).openapi({ description: 'What the prompt was used for.' }),
    made: text.optional().openapi({ description: 'What the model wrote; with `used`.' }),
    used: text.optional().openapi({ description: 'What the person made of it before using it.' }),
    decision: z.enum(['approved', 'rejected']).optional(),
  })
  .refine((given) => (given.made === undefined) === (given.used === undefined), {
    message: 'made and used come together',
  })
  .openapi('PromptFeedback')
export type Feedback = z.input<typeof feedbackSchema>

/**
 * What a person did with a text that a prompt made: how much of it they changed, whether they approved it. Each counts
 * once for a unit. Returns the share of words that were changed.
 */
export async function recordFeedback(
  deps: PromptDeps,
  input: { actor: Actor; feedback: Feedback },
): Promise<{ editShare: number | null; recorded: number }> {
  const { actor, feedback } = input
  assertMay(actor, 'prompts.write')
  const { unitId, made, used, decision } = feedback
  const share = made === undefined || used === undefined ? null : editShare(made, used)
  const outcomes = [
    ...(share === null ? [] : [{ metric: 'prompt.editShare', value: share }]),
    ...(decision === undefined ? [] : [{ metric: `prompt.${decision}`, value: 1 }]),
  ].map((each) => ({ ...each, unitId, id: `${each.metric}|${unitId}` }))
  // Who edits texts need not be one who plans experiments: what they do is counted all the same.
  const counter = { ...actor, permissions: new Set(['experiments.write']) }
  const { recorded } = await recordOutcomes(deps, { actor: counter, outcomes })
  return { editShare: share, recorded }
}
