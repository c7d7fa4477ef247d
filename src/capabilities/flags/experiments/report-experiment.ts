import type { Actor } from '../../../kernel/actor.ts'
import type { Experiment, ExperimentMetric } from './experiment.ts'
import { believeArms, compareArms } from './compare-arms.ts'
import { type Judged, judgeExperiment, judgeMetrics, type Verdict } from './judge-experiment.ts'
import { type ExperimentDeps, getExperiment } from './keep-experiments.ts'
import { type Arm, countExposures, measureMetric } from './measure-metric.ts'
import type { Belief } from './statistics/bayes.ts'
import { checkSampleRatio, type SampleRatio } from './statistics/sample-ratio.ts'
import { assessSample, type SampleState } from './statistics/sample-size.ts'

const dayMs = 86_400_000

export type ExperimentReport = {
  experiment: Experiment
  asOf: string
  days: number
  verdict: Verdict
  sampleRatio: SampleRatio | null
  sample: SampleState
  arms: Array<{ variant: string; exposed: number; percent: number }>
  metrics: Array<{ metric: ExperimentMetric; arms: Arm[]; comparisons: Array<Judged & { belief: Belief }> }>
}

/** Everything that is known of an experiment now, with a verdict. May be asked for as often as one likes. */
export async function reportExperiment(
  deps: ExperimentDeps,
  input: { actor: Actor; key: string },
): Promise<ExperimentReport> {
  const experiment = await getExperiment(deps, input)
  return reportOf(deps, input.actor.workspaceId, experiment)
}

export async function reportOf(
  deps: ExperimentDeps,
  workspaceId: string,
  experiment: Experiment,
): Promise<ExperimentReport> {
  const now = deps.now?.() ?? new Date()
  const exposureId = experiment.id
  const counts = await countExposures(deps.db, { workspaceId, exposureId })
  const arms = experiment.variants.map(({ key, percent }) => ({
    variant: key,
    exposed: counts.get(key) ?? 0,
    percent,
  }))
  const measured: Array<{ metric: ExperimentMetric; arms: Arm[] }> = []
  for (const metric of experiment.metrics) {
    const found = await measureMetric(deps.db, { workspaceId, exposureId, metric, until: now })
    measured.push({ metric, arms: experiment.variants.map(({ key }) => armOf(found, key)) })
  }
  const judgements = judgeMetrics(
    measured.map(({ metric, arms: all }) => {
      const control = all.find(({ variant }) => variant === experiment.control)!
      const others = all.filter((arm) => arm !== control)
      const comparisons = others.flatMap((arm) => compareArms(control, arm, metric) ?? [])
      return { metric, comparisons }
    }),
  )
  const judged = judgements.map(({ metric, comparisons }, index) => ({
    metric,
    comparisons: comparisons.map((each) =>
      isJudgeable(experiment, measured[index]!.arms, each.variant)
        ? each
        : { ...each, judgement: 'undecided' as const },
    ),
  }))
  const endMs = experiment.stoppedAt ? Date.parse(experiment.stoppedAt) : now.getTime()
  const days = experiment.startedAt ? Math.max(0, (endMs - Date.parse(experiment.startedAt)) / dayMs) : 0
  const sampleRatio =
    experiment.state === 'draft'
      ? undefined
      : checkSampleRatio(
          arms.map(({ exposed }) => exposed),
          arms.map(({ percent }) => percent),
        )
  const unitsOfSmallest = Math.min(...arms.map(({ exposed }) => exposed))
  const sample = assessSample({ unitsOfSmallest, days }, experiment)
  return {
    experiment,
    asOf: now.toISOString(),
    days,
    verdict: judgeExperiment({ experiment, sampleRatio, sample, metrics: judged }),
    sampleRatio: sampleRatio ?? null,
    sample,
    arms,
    metrics: judged.map(({ metric, comparisons }, index) => {
      const all = measured[index]!.arms
      const control = armOf(all, experiment.control)
      return {
        metric,
        arms: all,
        comparisons: comparisons.map((each) => ({
          ...each,
          belief: believeArms(control, armOf(all, each.variant), metric),
        })),
      }
    }),
  }
}

/** The normal approximation that every test here rests on needs some units on both sides, guardrails included. */
const fewestUnits = 50

function isJudgeable({ control, minUnits }: Experiment, arms: readonly Arm[], variant: string): boolean {
  const least = Math.min(fewestUnits, minUnits)
  return armOf(arms, control).units >= least && armOf(arms, variant).units >= least
}

export type SeriesPoint = {
  at: string
  variant: string
  exposed: number
  /** Rate or mean so far. */
  value: number | null
  /** Difference to the control with its always-valid interval; null for the control and while too little is known. */
  difference: number | null
  low: number | null
  high: number | null
}

const mostPoints = 40

/** How a metric (default: the primary one) went over time, day by day, or in 40 steps of a longer run. */
export async function seriesOfExperiment(
  deps: ExperimentDeps,
  input: { actor: Actor; key: string; metric?: string },
): Promise<{ metric: string; points: SeriesPoint[] }> {
  const experiment = await getExperiment(deps, input)
  const metric =
    experiment.metrics.find((each) => each.metric === input.metric) ??
    experiment.metrics.find(({ role }) => role === 'primary')!
  const points: SeriesPoint[] = []
  for (const until of momentsOf(experiment, deps.now?.() ?? new Date())) {
    const { workspaceId } = input.actor
    const found = await measureMetric(deps.db, { workspaceId, exposureId: experiment.id, metric, until })
    const control = armOf(found, experiment.control)
    for (const { key } of experiment.variants) {
      const arm = armOf(found, key)
      const compared = key === experiment.control ? undefined : compareArms(control, arm, metric)
      points.push({
        at: until.toISOString(),
        variant: key,
        exposed: arm.exposed,
        value: arm.units === 0 ? null : arm.mean,
        difference: compared?.fixed.difference ?? null,
        low: finite(compared?.sequential.interval.low),
        high: finite(compared?.sequential.interval.high),
      })
    }
  }
  return { metric: metric.metric, points }
}

function momentsOf({ startedAt, stoppedAt }: Experiment, now: Date): Date[] {
  if (startedAt === null) return []
  const from = Date.parse(startedAt)
  const to = stoppedAt === null ? now.getTime() : Date.parse(stoppedAt)
  const stepMs = Math.max(Math.min(dayMs, (to - from) / 10), (to - from) / mostPoints, 1_000)
  const moments: Date[] = []
  for (let at = from + stepMs; at < to; at += stepMs) moments.push(new Date(at))
  return [...moments, new Date(Math.max(to, from))]
}

function armOf(arms: readonly Arm[], variant: string): Arm {
  const none = { variant, exposed: 0, successes: 0, units: 0, mean: 0, variance: 0 }
  return arms.find((arm) => arm.variant === variant) ?? none
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value
}
