import { eq, sql } from 'drizzle-orm'
import { systemActor } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import type { Logger } from '../../../platform/log/log.ts'
import type { Service } from '../../../platform/part.ts'
import { notify } from '../../notifications/index.ts'
import { rolloutExposureId } from '../compile-flags.ts'
import { rolloutArms } from '../evaluate-flag.ts'
import type { Guardrail, Rollout } from '../flag.ts'
import { loadFlags, type StoredFlag } from '../load-flags.ts'
import { experiments, flagVersions } from '../schema.ts'
import { setFlag } from '../set-flag.ts'
import { compareArms } from './compare-arms.ts'
import type { ExperimentMetric } from './experiment.ts'
import { describe, judgeMetrics } from './judge-experiment.ts'
import { type ExperimentDeps, toExperiment } from './keep-experiments.ts'
import { measureMetric } from './measure-metric.ts'
import { reportOf } from './report-experiment.ts'
import { stopExperiment } from './run-experiment.ts'

const actorName = 'guardrails'

/**
 * Stops what does harm: running experiments and gradual rollouts whose guardrail tripped. The test is always valid, so
 * that looking every minute raises no false alarms. Says so in a notification. Returns what was stopped.
 */
export async function watchGuardrails(deps: ExperimentDeps): Promise<string[]> {
  return [...(await stopHarmfulExperiments(deps)), ...(await rollBackHarmfulFlags(deps))]
}

async function stopHarmfulExperiments(deps: ExperimentDeps): Promise<string[]> {
  const rows = await deps.db.select().from(experiments).where(eq(experiments.state, 'running'))
  const stopped: string[] = []
  for (const row of rows) {
    if (!row.definition.metrics.some(({ role }) => role === 'guardrail')) continue
    const experiment = toExperiment(row)
    const { verdict } = await reportOf(deps, row.workspaceId, experiment)
    if (verdict.kind !== 'harmful') continue
    const reason = [verdict.headline, ...verdict.sentences].join(' ').slice(0, 500)
    const actor = systemActor(actorName, row.workspaceId)
    const isMine = await unlessStale(deps.db, async (tx) => {
      await stopExperiment({ ...deps, db: tx }, { actor, key: row.key, version: row.version, reason })
      await notify(tx, {
        workspaceId: row.workspaceId,
        kind: 'experiment.stopped',
        title: `The experiment “${experiment.title}” was stopped`,
        body: reason,
        subjectId: row.key,
      })
    })
    if (isMine) stopped.push(row.key)
  }
  return stopped
}

async function rollBackHarmfulFlags(deps: ExperimentDeps): Promise<string[]> {
  const workspaces = await deps.db
    .selectDistinct({ workspaceId: flagVersions.workspaceId })
    .from(flagVersions)
    .where(sql`jsonb_typeof(${flagVersions.definition} -> 'rollout') = 'object'`)
  const stopped: string[] = []
  for (const { workspaceId } of workspaces) {
    for (const flag of await loadFlags(deps.db, workspaceId)) {
      const { rollout } = flag.definition
      if (!rollout || rollout.stopped || rollout.startedAt === undefined) continue
      const because = await harmOf(deps, workspaceId, flag.key, rollout)
      if (because && (await rollBack(deps, workspaceId, flag, because))) stopped.push(flag.key)
    }
  }
  return stopped
}

/** What a rollout does harm to, in a sentence; undefined when nothing is known to be wrong. */
async function harmOf(
  deps: ExperimentDeps,
  workspaceId: string,
  key: string,
  rollout: Rollout,
): Promise<string | undefined> {
  const exposureId = rolloutExposureId(key, rollout.startedAt!)
  for (const guardrail of rollout.guardrails) {
    const metric = metricOf(guardrail)
    const until = deps.now?.() ?? new Date()
    const arms = await measureMetric(deps.db, { workspaceId, exposureId, metric, until })
    const control = arms.find(({ variant }) => variant === rolloutArms.rest)
    const treatment = arms.find(({ variant }) => variant === rolloutArms.on)
    if (!control || !treatment || Math.min(control.units, treatment.units) < rollout.minUnits) continue
    const compared = compareArms(control, treatment, metric)
    const [judged] = judgeMetrics([{ metric, comparisons: compared ? [compared] : [] }])
    const harm = judged!.comparisons.find(({ judgement }) => judgement === 'tooHarmful')
    if (harm) return describe(metric, harm, () => rollout.variant)
  }
  return undefined
}

function metricOf({ metric, kind, goal, maxHarm, smallestEffect }: Guardrail): ExperimentMetric {
  const rest = { title: '', withoutValue: 'leaveOut', windowHours: null } as const
  return { ...rest, metric, kind, goal, maxHarm, smallestEffect, role: 'guardrail' }
}

async function rollBack(
  deps: ExperimentDeps,
  workspaceId: string,
  flag: StoredFlag,
  because: string,
): Promise<boolean> {
  const { definition, key, version } = flag
  const at = (deps.now?.() ?? new Date()).toISOString()
  const reason = `A guardrail tripped. ${because}`.slice(0, 500)
  return unlessStale(deps.db, async (tx) => {
    await setFlag(
      { ...deps, db: tx },
      {
        actor: systemActor(actorName, workspaceId),
        key,
        version,
        definition: { ...definition, rollout: { ...definition.rollout, stopped: { at, because: reason } } },
        reason,
      },
    )
    await notify(tx, {
      workspaceId,
      kind: 'flag.rolledBack',
      title: `The rollout of “${definition.title}” was taken back`,
      body: reason,
      subjectId: key,
    })
  })
}

/** Whether the change was made; another process or a person may have been quicker, and then theirs counts. */
async function unlessStale(db: Db, change: (tx: Db) => Promise<void>): Promise<boolean> {
  try {
    await db.transaction(change)
    return true
  } catch (error) {
    const code = (error as { code?: string }).code
    if (code === 'http.stale' || code === 'experiments.wrongState') return false
    throw error
  }
}

/** Looks every minute, in every worker; two that look at once stop a thing once. */
export function guardrailService(deps: ExperimentDeps & { log: Logger; everyMs?: number }): Service {
  return {
    name: 'the guardrails of experiments and rollouts',
    roles: ['worker'],
    start() {
      let current: Promise<void> = Promise.resolve()
      async function look(): Promise<void> {
        try {
          const stopped = await watchGuardrails(deps)
          if (stopped.length > 0) deps.log.warn({ stopped }, 'a guardrail tripped; these were stopped')
        } catch (error) {
          deps.log.warn({ err: error }, 'guardrails could not be looked at; trying again')
        }
      }
      const timer = setInterval(() => (current = current.then(look)), deps.everyMs ?? 60_000).unref()
      return {
        async stop() {
          clearInterval(timer)
          await current
        },
      }
    },
  }
}
