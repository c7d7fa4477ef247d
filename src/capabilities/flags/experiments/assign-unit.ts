import { and, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { share } from '../evaluate-flag.ts'
import { bucketOf } from '../hash-unit.ts'
import { recordExposures } from '../record-exposures.ts'
import { exposures } from '../schema.ts'
import { type ExperimentDeps, findExperiment } from './keep-experiments.ts'
import { readyExperiment } from './running-experiments.ts'

/** The variant of a unit; null when it takes no part: not running, or outside the traffic. */
export type Assignment = { key: string; variant: string | null; value: unknown; isNew: boolean }

/**
 * The variant of a unit, and that it was exposed, in the caller's transaction. Sticky: what a unit got once it keeps,
 * also when the experiment has ended meanwhile and when more traffic is let in.
 */
export async function assignUnit(
  deps: ExperimentDeps,
  input: { actor: Actor; key: string; unitId: string },
): Promise<Assignment> {
  const { actor, key, unitId } = input
  assertMay(actor, 'experiments.write')
  const { workspaceId } = actor
  const row = await findExperiment(deps.db, workspaceId, key)
  const ready = readyExperiment(row.id, key, row.definition)
  const where = and(
    eq(exposures.workspaceId, workspaceId),
    eq(exposures.exposureId, row.id),
    eq(exposures.unitId, unitId),
  )
  const find = () => deps.db.select({ variant: exposures.variant }).from(exposures).where(where)
  const [before] = await find()
  if (before)
    return { key, variant: before.variant, value: ready.values[before.variant] ?? null, isNew: false }
  const takesPart = row.state === 'running' && bucketOf(`${row.id}:traffic`, unitId) < ready.trafficUpTo
  if (!takesPart) return { key, variant: null, value: null, isNew: false }
  const variant = share(ready, bucketOf(row.id, unitId))
  const at = deps.now?.() ?? new Date()
  await recordExposures(deps.db, [{ workspaceId, exposureId: row.id, unitId, variant, at }])
  return { key, variant, value: ready.values[variant] ?? null, isNew: true }
}
