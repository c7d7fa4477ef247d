import { and, eq } from 'drizzle-orm'
import type { Db } from '../../../platform/db/client.ts'
import { cumulated, type ReadyExperiment } from '../compile-flags.ts'
import { flagErrors } from '../errors.ts'
import type { FlagDefinition } from '../flag.ts'
import { bucketCount } from '../hash-unit.ts'
import { experiments } from '../schema.ts'
import type { ExperimentDefinition } from './experiment.ts'

/** The experiments of a workspace that give out variants now. */
export async function loadRunningExperiments(db: Db, workspaceId: string): Promise<ReadyExperiment[]> {
  const rows = await db
    .select({ id: experiments.id, key: experiments.key, definition: experiments.definition })
    .from(experiments)
    .where(and(eq(experiments.workspaceId, workspaceId), eq(experiments.state, 'running')))
    .orderBy(experiments.key)
  return rows.map(({ id, key, definition }) => readyExperiment(id, key, definition))
}

/** An experiment with its shares as buckets. Its id is the salt: the same unit falls elsewhere in every experiment. */
export function readyExperiment(id: string, key: string, definition: ExperimentDefinition): ReadyExperiment {
  return {
    id,
    key,
    flagKey: definition.flagKey,
    trafficUpTo: Math.round((definition.trafficPercent / 100) * bucketCount),
    variants: definition.variants.map((variant) => variant.key),
    upTo: cumulated(definition.variants.map((variant) => variant.percent)),
    values: Object.fromEntries(definition.variants.map((variant) => [variant.key, variant.value])),
  }
}

/**
 * Refuses a change of a flag that a running experiment rests on: its removal, the loss of a variant that is being
 * given out, or a gradual rollout at the same time.
 */
export async function assertFlagFree(
  db: Db,
  change: { workspaceId: string; key: string; definition: FlagDefinition | undefined },
): Promise<void> {
  const running = await loadRunningExperiments(db, change.workspaceId)
  const experiment = running.find(({ flagKey }) => flagKey === change.key)
  if (!experiment) return
  const { definition } = change
  const detail = { experiment: experiment.key }
  if (definition === undefined) {
    throw flagErrors.needed(`The experiment "${experiment.key}" is running on it.`, { detail })
  }
  const lost = experiment.variants.find((name) => !Object.hasOwn(definition.variants, name))
  if (lost !== undefined) {
    throw flagErrors.needed(`The experiment "${experiment.key}" gives out the variant "${lost}".`, { detail })
  }
  if (definition.rollout && !definition.rollout.stopped) {
    throw flagErrors.needed(`The experiment "${experiment.key}" is running; a rollout would mix into it.`, {
      detail,
    })
  }
}
