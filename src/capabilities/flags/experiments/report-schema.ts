import { z } from '@hono/zod-openapi'
import { experimentSchema, metricSchema } from './experiment.ts'
import { verdictKinds } from './judge-experiment.ts'
import type { ExperimentReport } from './report-experiment.ts'

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
const interval = z.object({ low: z.number().nullable(), high: z.number().nullable(), level: z.number() })

const comparisonSchema = z.object({
  variant: z.string(),
  control: z.number(),
  treatment: z.number(),
  difference: z.number(),
  relativeDifference: z.number().nullable(),
  judgement: z.enum(['better', 'worse', 'tooHarmful', 'same', 'undecided']),
  sequential: z
    .object({ pValue: z.number(), adjustedPValue: z.number(), interval })
    .openapi({ description: 'Valid however often one looks. The verdict rests on this.' }),
  fixed: z
    .object({ statistic: z.number(), pValue: z.number(), interval, effectSize: z.number() })
    .openapi({ description: 'Valid only when looked at once, at a sample planned before.' }),
  belief: z.object({
    chanceTreatmentIsHigher: z.number(),
    expectedLossOfTreatment: z.number(),
    expectedLossOfControl: z.number(),
    interval,
  }),
  neededUnits: z.int().nullable(),
})

export const reportSchema = z
  .object({
    experiment: experimentSchema,
    asOf: z.iso.datetime(),
    days: z.number(),
    verdict: z.object({
      kind: z.enum(verdictKinds),
      variant: z.string().nullable(),
      headline: z.string(),
      sentences: z.array(z.string()),
    }),
    sampleRatio: z.object({ pValue: z.number(), isMismatch: z.boolean() }).nullable(),
    sample: z.object({ isEnough: z.boolean(), missingUnits: z.int(), missingDays: z.number() }),
    arms: z.array(z.object({ variant: z.string(), exposed: z.int(), percent: z.number() })),
    metrics: z.array(
      z.object({
        metric: metricSchema,
        arms: z.array(
          z.object({
            variant: z.string(),
            units: z.int(),
            successes: z.int(),
            mean: z.number(),
            variance: z.number(),
          }),
        ),
        comparisons: z.array(comparisonSchema),
      }),
    ),
  })
  .openapi('ExperimentReport')

/** The report as JSON can carry it: no infinities. */
export function toReport(report: ExperimentReport): z.infer<typeof reportSchema> {
  const { sampleRatio } = report
  return {
    ...report,
    sampleRatio: sampleRatio && { pValue: sampleRatio.pValue, isMismatch: sampleRatio.isMismatch },
    metrics: report.metrics.map(({ metric, arms, comparisons }) => ({
      metric,
      arms: arms.map(({ exposed: _exposed, ...arm }) => arm),
      comparisons: comparisons.map(({ variant, fixed, sequential, belief, ...rest }) => ({
        variant,
        control: fixed.control,
        treatment: fixed.treatment,
        difference: fixed.difference,
        relativeDifference: fixed.relativeDifference,
        judgement: rest.judgement,
        neededUnits: rest.neededUnits,
        sequential: {
          pValue: sequential.pValue,
          adjustedPValue: rest.adjustedPValue,
          interval: finiteInterval(sequential.interval),
        },
        fixed: {
          statistic: fixed.statistic,
          pValue: fixed.pValue,
          effectSize: fixed.effectSize,
          interval: finiteInterval(fixed.interval),
        },
        belief: { ...belief, interval: finiteInterval(belief.interval) },
      })),
    })),
  }
}

function finiteInterval({ low, high, level }: { low: number; high: number; level: number }) {
  return { low: finite(low), high: finite(high), level }
}
