import { sql } from 'drizzle-orm'
import type { Db } from '../../../platform/db/client.ts'
import type { ExperimentMetric } from './experiment.ts'
import { type Sample, sampleOf } from './statistics/compare-means.ts'

/** What is known of one variant and one metric: for rates successes too. */
export type Arm = Sample & { variant: string; exposed: number; successes: number }

type MetricRule = Pick<ExperimentMetric, 'metric' | 'kind' | 'withoutValue' | 'windowHours'>

/**
 * Sums over units, per variant, of everything that was known at a moment: each exposed unit with its outcomes after
 * the exposure. A unit counts once however many outcomes it has: in a rate by whether any was above zero, in a mean
 * by its average (or its sum, where a unit without a value counts as zero).
 */
export async function measureMetric(
  db: Db,
  input: { workspaceId: string; exposureId: string; metric: MetricRule; until: Date },
): Promise<Arm[]> {
  const { workspaceId, exposureId, metric, until } = input
  const end = until.toISOString()
  const withinWindow =
    metric.windowHours === null
      ? sql``
      : sql`and o.at < e.at + make_interval(hours => ${metric.windowHours}::int)`
  const perUnit = metric.withoutValue === 'zero' ? sql`coalesce(sum(o.value), 0)` : sql`avg(o.value)`
  const result = await db.execute<Record<string, string>>(sql`
    with units as (
      select e.variant, ${perUnit} as value, coalesce(bool_or(o.value > 0), false) as is_success
      from exposures e
      left join outcomes o on o.workspace_id = e.workspace_id and o.unit_id = e.unit_id
        and o.metric = ${metric.metric} and o.at >= e.at and o.at <= ${end}::timestamptz ${withinWindow}
      where e.workspace_id = ${workspaceId} and e.exposure_id = ${exposureId} and e.at <= ${end}::timestamptz
      group by e.variant, e.unit_id
    )
    select variant, count(*) as exposed, count(value) as measured, count(*) filter (where is_success) as successes,
      coalesce(sum(value), 0) as total, coalesce(sum(value * value), 0) as squares
    from units group by variant order by variant`)
  return result.rows.map((row) => {
    const [exposed, successes] = [Number(row['exposed']), Number(row['successes'])]
    const sample =
      metric.kind === 'rate'
        ? sampleOf(exposed, successes, successes)
        : sampleOf(Number(row['measured']), Number(row['total']), Number(row['squares']))
    return { variant: row['variant']!, exposed, successes, ...sample }
  })
}

/** How many units each variant has been given to. */
export async function countExposures(
  db: Db,
  input: { workspaceId: string; exposureId: string },
): Promise<Map<string, number>> {
  const result = await db.execute<{ variant: string; count: string }>(sql`
    select variant, count(*) as count from exposures
    where workspace_id = ${input.workspaceId} and exposure_id = ${input.exposureId} group by variant`)
  return new Map(result.rows.map((row) => [row.variant, Number(row.count)]))
}
