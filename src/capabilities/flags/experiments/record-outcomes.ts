import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { publishTransient } from '../../../platform/events/publish-transient.ts'
import { experimentErrors } from '../errors.ts'
import { outcomes } from '../schema.ts'
import type { ExperimentDeps } from './keep-experiments.ts'

export const outcomeSchema = z
  .strictObject({
    id: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .openapi({ description: 'Your own id; the same twice counts once. Default: metric, unit and time.' }),
    metric: z.string().min(1).max(100).openapi({ example: 'prompt.approved' }),
    unitId: z.string().min(1).max(200),
    value: z.number().default(1),
    at: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Default: now.' }),
  })
  .openapi('Outcome')
export type Outcome = z.input<typeof outcomeSchema>

/** Clocks of other machines may be a little ahead. */
const mostAheadMs = 5 * 60_000

/**
 * Takes note of what happened to units: a draft was approved, a post got views. Whoever measures calls this; which
 * experiments an outcome belongs to follows from which the unit was exposed to before. All or nothing; repeats by id
 * are dropped.
 */
export async function recordOutcomes(
  deps: ExperimentDeps,
  input: { actor: Actor; outcomes: readonly Outcome[] },
): Promise<{ recorded: number; repeated: number }> {
  const { actor } = input
  assertMay(actor, 'experiments.write')
  const { workspaceId } = actor
  const now = deps.now?.() ?? new Date()
  const rows = input.outcomes.map(({ id, metric, unitId, value = 1, at }, index) => {
    const when = at === undefined ? now : new Date(at)
    if (!Number.isFinite(value)) {
      throw experimentErrors.invalid(`Outcome ${index + 1} has no finite value.`)
    }
    if (Number.isNaN(when.getTime()))
      throw experimentErrors.invalid(`Outcome ${index + 1} has no valid time.`)
    if (when.getTime() > now.getTime() + mostAheadMs) {
      throw experimentErrors.future(
        `Outcome ${index + 1} is from ${when.toISOString()}; now is ${now.toISOString()}.`,
      )
    }
    return {
      workspaceId,
      id: id ?? `${metric}|${unitId}|${when.toISOString()}`,
      metric,
      unitId,
      value,
      at: when,
    }
  })
  const once = [...new Map(rows.map((row) => [row.id, row])).values()]
  const made =
    once.length === 0
      ? []
      : await deps.db.insert(outcomes).values(once).onConflictDoNothing().returning({ id: outcomes.id })
  if (made.length > 0) {
    const metrics = [...new Set(once.map(({ metric }) => metric))].slice(0, 20)
    // Only to refresh what people look at; the rows are the record.
    await publishTransient(deps.db, {
      type: 'outcome.recorded',
      workspaceId,
      subjectId: metrics[0]!,
      data: { metrics, count: made.length },
    })
  }
  return { recorded: made.length, repeated: rows.length - made.length }
}
