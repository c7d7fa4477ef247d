import type { CostReport } from '../../api/shapes.ts'
import { costMessages as m } from './messages.ts'
import { formatMoney } from './money.ts'

const dayMs = 86_400_000

/** A bar for each day; the same as a list for those who do not see it. */
export function DayChart({ report }: { report: CostReport }) {
  if (report.totalMicros === 0) return <p className="text-soft">{m.noneYet}</p>
  const byDay = new Map(report.rows.map((row) => [row.name, row.costMicros]))
  const count = Math.round((Date.parse(report.to) - Date.parse(report.from)) / dayMs)
  const days = Array.from({ length: count }, (_, at) => {
    const day = new Date(Date.parse(report.from) + at * dayMs).toISOString().slice(0, 10)
    return { day, micros: byDay.get(day) ?? 0 }
  })
  const most = Math.max(...days.map(({ micros }) => micros))
  return (
    <>
      <ul className="flex h-32 items-end gap-0.5" aria-label={m.days}>
        {days.map(({ day, micros }) => (
          <li
            key={day}
            className="flex h-full min-w-0 flex-1 items-end"
            title={m.dayLine(day, formatMoney(micros))}
          >
            <span className="sr-only">{m.dayLine(day, formatMoney(micros))}</span>
            <span
              aria-hidden="true"
              className="w-full rounded-sm bg-accent"
              style={{ height: micros === 0 ? '1px' : `${Math.max(2, (micros / most) * 100)}%` }}
            />
          </li>
        ))}
      </ul>
      <p className="mt-2 flex justify-between text-xs text-soft tabular-nums">
        <span>{days[0]?.day}</span>
        <span>{days.at(-1)?.day}</span>
      </p>
    </>
  )
}
