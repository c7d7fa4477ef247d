import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { experimentErrors } from '../errors.ts'
import { loadFlags } from '../load-flags.ts'
import { definitionOf } from '../switch-flag.ts'
import { getFlag } from '../read-flags.ts'
import { readerFor, setFlag } from '../set-flag.ts'
import type { Experiment } from './experiment.ts'
import {
  type ExperimentDeps,
  type ExperimentRow,
  findExperiment,
  moveExperiment,
} from './keep-experiments.ts'
import { loadRunningExperiments } from './running-experiments.ts'

/** Starts giving out variants. From here on the plan is fixed, so that the numbers answer one question. */
export async function startExperiment(
  deps: ExperimentDeps,
  input: { actor: Actor; key: string; version: number },
): Promise<Experiment> {
  assertMay(input.actor, 'experiments.write')
  return moveExperiment(deps, input, {
    action: 'experiment.started',
    from: 'draft',
    before: async (tx, row) => {
      // It decides what the flag serves, so it needs what a change of the flag needs.
      if (row.flagKey !== null) assertMay(input.actor, 'flags.write')
      await assertStartable(tx, row)
    },
    set: (_row, now) => ({ state: 'running', startedAt: now }),
  })
}

export type StopExperiment = {
  actor: Actor
  key: string
  version: number
  reason: string
  /** A variant that the flag of the experiment serves to everybody from now on. Needs `flags.write` too. */
  winner?: string
}

/** Ends an experiment. Its flag serves what it served before, or the winner to everybody. */
export async function stopExperiment(deps: ExperimentDeps, input: StopExperiment): Promise<Experiment> {
  const { actor, key, reason, winner } = input
  assertMay(actor, 'experiments.write')
  return deps.db.transaction(async (tx) => {
    const stopped = await moveExperiment({ ...deps, db: tx }, input, {
      action: 'experiment.stopped',
      from: 'running',
      set: (_row, now) => ({ state: 'stopped', stoppedAt: now, stopReason: reason }),
      detail: { reason, winner: winner ?? null },
    })
    if (winner === undefined) return stopped
    const { definition } = await findExperiment(tx, actor.workspaceId, key)
    if (!definition.variants.some((variant) => variant.key === winner)) {
      throw experimentErrors.invalid(`"${winner}" is none of the variants.`)
    }
    if (definition.flagKey === null) {
      throw experimentErrors.invalid(
        'This experiment is on no flag; put the winner in place where it is used.',
      )
    }
    const flag = await getFlag({ ...deps, db: tx }, { actor: readerFor(actor), key: definition.flagKey })
    await setFlag(
      { ...deps, db: tx },
      {
        actor,
        key: flag.key,
        version: flag.version,
        definition: { ...definitionOf(flag), serve: { variant: winner } },
        reason: `Winner of the experiment "${key}": ${reason}`.slice(0, 500),
      },
    )
    return stopped
  })
}

async function assertStartable(tx: Db, row: ExperimentRow): Promise<void> {
  const { flagKey, variants } = row.definition
  if (flagKey === null) return
  const flags = await loadFlags(tx, row.workspaceId)
  const flag = flags.find(({ key }) => key === flagKey)
  if (!flag) throw experimentErrors.invalid(`There is no flag "${flagKey}" to run on.`)
  const missing = variants.find((variant) => !Object.hasOwn(flag.definition.variants, variant.key))
  if (missing) throw experimentErrors.invalid(`The flag "${flagKey}" has no variant "${missing.key}".`)
  const { rollout } = flag.definition
  if (rollout && !rollout.stopped) {
    throw experimentErrors.flagBusy(`"${flagKey}" is being rolled out; that would mix into the experiment.`)
  }
  const running = await loadRunningExperiments(tx, row.workspaceId)
  const other = running.find((each) => each.flagKey === flagKey)
  if (other) throw experimentErrors.flagBusy(`"${flagKey}" already has the experiment "${other.key}".`)
}
