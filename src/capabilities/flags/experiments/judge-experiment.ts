import type { Experiment, ExperimentMetric } from './experiment.ts'
import type { ArmComparison } from './compare-arms.ts'
import { adjustHolm } from './statistics/adjust-p-values.ts'
import type { SampleRatio } from './statistics/sample-ratio.ts'
import type { SampleState } from './statistics/sample-size.ts'

export const verdictKinds = [
  'notStarted',
  'brokenSplit',
  'harmful',
  'tooEarly',
  'winner',
  'controlWins',
  'noDifference',
  'undecided',
] as const
export type VerdictKind = (typeof verdictKinds)[number]

export type MetricJudgement = 'better' | 'worse' | 'tooHarmful' | 'same' | 'undecided'

export type Judged = ArmComparison & {
  /** The sequential p-value after Holm's correction over all variants and metrics that decide. */
  adjustedPValue: number
  judgement: MetricJudgement
}

export type MetricComparisons = { metric: ExperimentMetric; comparisons: ArmComparison[] }
export type JudgedMetric = { metric: ExperimentMetric; comparisons: Judged[] }

const alpha = 0.05

/**
 * Says of each comparison which way it went. Those of primary and secondary metrics share the chance of a false alarm
 * (Holm); guardrails do not take part, since missing a harm is worse than stopping for nothing. "Same" means that the
 * always-valid interval lies within ± the smallest effect that matters.
 */
export function judgeMetrics(metrics: readonly MetricComparisons[]): JudgedMetric[] {
  const deciding = metrics.filter(({ metric }) => metric.role !== 'guardrail')
  const pValues = deciding.flatMap(({ comparisons }) => comparisons.map((each) => each.sequential.pValue))
  const adjusted = adjustHolm(pValues)
  let at = 0
  return metrics.map(({ metric, comparisons }) => ({
    metric,
    comparisons: comparisons.map((each) => {
      const adjustedPValue = metric.role === 'guardrail' ? each.sequential.pValue : adjusted[at++]!
      return { ...each, adjustedPValue, judgement: judge(metric, each, adjustedPValue) }
    }),
  }))
}

function judge(metric: ExperimentMetric, each: ArmComparison, pValue: number): MetricJudgement {
  const { low, high } = each.sequential.interval
  const sign = metric.goal === 'increase' ? 1 : -1
  const best = sign === 1 ? high : -low
  if (metric.role === 'guardrail' && best < -metric.maxHarm) return 'tooHarmful'
  if (pValue <= alpha) return each.fixed.difference * sign > 0 ? 'better' : 'worse'
  return Math.max(Math.abs(low), Math.abs(high)) <= metric.smallestEffect ? 'same' : 'undecided'
}

export type Verdict = {
  kind: VerdictKind
  /** The variant that won, or that does harm. */
  variant: string | null
  headline: string
  /** What it rests on, one sentence each. */
  sentences: string[]
}

export type Evidence = {
  experiment: Pick<Experiment, 'state' | 'control' | 'unit' | 'variants' | 'minDays' | 'minUnits'>
  sampleRatio: SampleRatio | undefined
  sample: SampleState
  metrics: readonly JudgedMetric[]
}

/** The verdict in words. Pure. A broken split is above everything, harm above the rest. */
export function judgeExperiment({ experiment, sampleRatio, sample, metrics }: Evidence): Verdict {
  const name = (key: string) => experiment.variants.find((each) => each.key === key)?.title || key
  if (experiment.state === 'draft') {
    return say('notStarted', null, 'Not started yet.', ['Nothing is given out until it is started.'])
  }
  if (sampleRatio?.isMismatch) {
    return say('brokenSplit', null, 'The split is broken; do not use these numbers.', [
      `The ${experiment.unit}s did not fall into the variants as planned (p ${pText(sampleRatio.pValue)}).`,
      'Something loses or repeats them on one side. Find that first, then start a new experiment.',
    ])
  }
  const harm = metrics.flatMap(({ metric, comparisons }) =>
    comparisons.filter((each) => each.judgement === 'tooHarmful').map((each) => ({ metric, each })),
  )[0]
  if (harm) {
    return say('harmful', harm.each.variant, `“${name(harm.each.variant)}” does harm; stop it.`, [
      describe(harm.metric, harm.each, name),
      `More than the ${amount(harm.metric, harm.metric.maxHarm)} that this guardrail allows.`,
    ])
  }
  if (!sample.isEnough) return tooEarly(experiment, sample)
  const primary = metrics.find(({ metric }) => metric.role === 'primary')!
  const sentences = primary.comparisons.map((each) => describe(primary.metric, each, name))
  const best = primary.comparisons
    .filter((each) => each.judgement === 'better')
    .sort((a, b) => Math.abs(b.fixed.difference) - Math.abs(a.fixed.difference))[0]
  if (best) return say('winner', best.variant, `“${name(best.variant)}” wins.`, sentences)
  const all = primary.comparisons.map((each) => each.judgement)
  if (all.length > 0 && all.every((each) => each === 'worse')) {
    return say('controlWins', experiment.control, `“${name(experiment.control)}” stays the best.`, sentences)
  }
  if (all.length > 0 && all.every((each) => each === 'same' || each === 'worse')) {
    return say('noDifference', null, 'It makes no difference that would matter.', sentences)
  }
  const needed = Math.max(0, ...primary.comparisons.map((each) => each.neededUnits ?? 0))
  if (needed > 0) {
    sentences.push(
      `To see a difference of ${amount(primary.metric, primary.metric.smallestEffect)}, plan on about ${needed.toLocaleString('en')} ${experiment.unit}s in each variant.`,
    )
  }
  return say('undecided', null, 'No verdict yet.', sentences)
}

function tooEarly({ unit }: Evidence['experiment'], sample: SampleState): Verdict {
  const missing = [
    ...(sample.missingUnits > 0
      ? [`${sample.missingUnits.toLocaleString('en')} more ${unit}s in the smallest variant`]
      : []),
    ...(sample.missingDays > 0 ? [`${Math.ceil(sample.missingDays * 10) / 10} more days`] : []),
  ]
  return say('tooEarly', null, 'Too early to say.', [
    `Still missing: ${missing.join(' and ')}.`,
    'Looking in between is fine: the test allows for it.',
  ])
}

/** One comparison in a sentence with its numbers. */
export function describe(metric: ExperimentMetric, each: Judged, name: (key: string) => string): string {
  const { fixed, sequential, variant } = each
  const [low, high] = [sequential.interval.low, sequential.interval.high]
  const relative = fixed.relativeDifference === null ? '' : `, ${signed(fixed.relativeDifference * 100, 1)} %`
  return (
    `${metric.title || metric.metric}: ${amount(metric, fixed.treatment)} with “${name(variant)}”, ` +
    `${amount(metric, fixed.control)} with the control (${signedAmount(metric, fixed.difference)}${relative}; ` +
    `between ${signedAmount(metric, low)} and ${signedAmount(metric, high)}; p ${pText(each.adjustedPValue)}).`
  )
}

function say(kind: VerdictKind, variant: string | null, headline: string, sentences: string[]): Verdict {
  return { kind, variant, headline, sentences }
}

function amount({ kind }: ExperimentMetric, value: number): string {
  return kind === 'rate' ? `${(value * 100).toFixed(1)} %` : String(Number(value.toPrecision(3)))
}

function signedAmount({ kind }: ExperimentMetric, value: number): string {
  return kind === 'rate' ? `${signed(value * 100, 1)} points` : signed(value, 3, true)
}

function signed(value: number, digits: number, isPrecision = false): string {
  const text = isPrecision ? String(Number(value.toPrecision(digits))) : value.toFixed(digits)
  return value > 0 ? `+${text}` : text.replace('-', '−')
}

function pText(p: number): string {
  return p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`
}
