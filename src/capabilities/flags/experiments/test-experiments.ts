import type { Db } from '../../../platform/db/client.ts'
import { recordExposures } from '../record-exposures.ts'
import { lead } from '../test-flags.ts'
import { createExperiment } from './keep-experiments.ts'
import { recordOutcomes } from './record-outcomes.ts'
import { reportExperiment } from './report-experiment.ts'
import { startExperiment } from './run-experiment.ts'

export const startMs = Date.parse('2026-11-01T00:00:00Z')
export const atDay = (day: number) => () => new Date(startMs + day * 86_400_000)

export const plan = {
  title: 'Question first',
  unit: 'draft',
  variants: [
    { key: 'plain', title: 'As it is', percent: 50 },
    { key: 'question', title: 'A question first', percent: 50, value: { version: 2 } },
  ],
  control: 'plain',
  metrics: [{ metric: 'approved', title: 'Approved', kind: 'rate', goal: 'increase', role: 'primary' }],
  minUnits: 100,
  minDays: 7,
}

/** Plans and starts an experiment. */
export async function running(db: Db, change: object = {}, key = 'hooks') {
  const deps = { db, now: atDay(0), newExperimentId: () => `exp_${key}` }
  const made = await createExperiment(deps, { actor: lead, key, definition: { ...plan, ...change } })
  return startExperiment(deps, { actor: lead, key, version: made.version })
}

/** Exposes `units` units and lets so many of each variant have the outcome. */
export async function fill(db: Db, units: number, successes: Record<string, number>, metric = 'approved') {
  const left = { ...successes }
  const exposed: Parameters<typeof recordExposures>[1][number][] = []
  const happened: Array<{ metric: string; unitId: string; at: string }> = []
  for (let index = 0; index < units; index++) {
    for (const variant of Object.keys(successes)) {
      const unitId = `${variant}-${index}`
      exposed.push({ workspaceId: 'ws_1', exposureId: 'exp_hooks', unitId, variant, at: atDay(1)() })
      if (left[variant]!-- > 0) happened.push({ metric, unitId, at: atDay(2)().toISOString() })
    }
  }
  await recordExposures(db, exposed)
  if (happened.length > 0) await recordOutcomes({ db, now: atDay(3) }, { actor: lead, outcomes: happened })
}

export const report = (db: Db, day = 8) =>
  reportExperiment({ db, now: atDay(day) }, { actor: lead, key: 'hooks' })
