import { z } from '@hono/zod-openapi'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { dayOf } from './day-range.ts'
import { reportCosts } from './report-costs.ts'

export const forecastSchema = z
  .object({
    month: z.string().openapi({ example: '2026-11' }),
    spentMicros: z.int(),
    expectedMicros: z
      .int()
      .openapi({ description: 'At the end of the month, at the pace of the last days.' }),
    lowMicros: z.int(),
    highMicros: z.int(),
    perDayMicros: z.int(),
    daysLooked: z.int().openapi({ description: 'Full days that the pace was worked out from.' }),
    daysLeft: z.int(),
    note: z.string(),
  })
  .openapi('CostForecast')

export type CostForecast = z.infer<typeof forecastSchema>

const dayMs = 86_400_000
const daysToLookAt = 14

/** What the month will have cost when it ends, at the pace of the last 14 full days; low and high at 80 %. */
export async function forecastCosts(
  deps: { db: Db; now?: () => Date },
  input: { actor: Actor },
): Promise<CostForecast> {
  const now = deps.now?.() ?? new Date()
  const today = dayOf(now.getTime())
  const monthStart = `${today.slice(0, 7)}-01`
  const nextMonthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)
  const spent = await reportCosts(deps, {
    ...input,
    by: 'day',
    from: monthStart,
    to: dayOf(now.getTime() + dayMs),
  })
  const recent = await reportCosts(deps, {
    ...input,
    by: 'day',
    from: dayOf(Date.parse(today) - daysToLookAt * dayMs),
    to: today,
  })
  const daily = paceOf(recent.rows, today)
  const daysLeft = Math.round((nextMonthMs - Date.parse(today)) / dayMs) - 1
  const expected = spent.totalMicros + daily.meanMicros * daysLeft
  // The sum of n days that vary independently varies with √n; 1.28 standard deviations are 80 %.
  const spread = 1.28 * daily.deviationMicros * Math.sqrt(daysLeft)
  return {
    month: today.slice(0, 7),
    spentMicros: spent.totalMicros,
    expectedMicros: Math.round(expected),
    lowMicros: Math.max(spent.totalMicros, Math.round(expected - spread)),
    highMicros: Math.round(expected + spread),
    perDayMicros: Math.round(daily.meanMicros),
    daysLooked: daily.days,
    daysLeft,
    note:
      daily.days < 3
        ? 'There are fewer than three full days to go by, so this says little.'
        : `At the pace of the last ${daily.days} full days.`,
  }
}

/** Days without a use count as 0, but only after the first use: a workspace that is three days old has three. */
function paceOf(rows: ReadonlyArray<{ name: string; costMicros: number }>, today: string) {
  const first = rows[0]?.name
  const days = first === undefined ? 0 : Math.round((Date.parse(today) - Date.parse(first)) / dayMs)
  if (days === 0) return { days, meanMicros: 0, deviationMicros: 0 }
  const sum = rows.reduce((total, row) => total + row.costMicros, 0)
  const meanMicros = sum / days
  const squares = rows.reduce((total, row) => total + (row.costMicros - meanMicros) ** 2, 0)
  const idle = (days - rows.length) * meanMicros ** 2
  return { days, meanMicros, deviationMicros: Math.sqrt((squares + idle) / days) }
}
