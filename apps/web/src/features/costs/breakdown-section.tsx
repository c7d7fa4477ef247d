import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { SelectField } from '../../ui/field.tsx'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { type Group, reportQuery } from './cost-queries.ts'
import { costMessages as m } from './messages.ts'
import { formatMoney } from './money.ts'

/** Where the money went, by topic, model, kind or item. */
export function BreakdownSection() {
  const [by, setBy] = useState<Exclude<Group, 'day'>>('kind')
  const report = useQuery(reportQuery(by))
  return (
    <section>
      <SectionHead title={m.by}>
        <SelectField
          label={m.by}
          hideLabel
          value={by}
          onChange={(event) => setBy(event.target.value as typeof by)}
          className="w-36"
        >
          {Object.entries(m.groups).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
      </SectionHead>
      <Card>
        {report.isPending ? <Skeleton className="h-24" /> : null}
        {report.data?.rows.length === 0 ? <p className="p-4 text-soft">{m.noneYet}</p> : null}
        <ul className="divide-y divide-line">
          {report.data?.rows.slice(0, 12).map((row) => (
            <li key={row.name} className="px-4 py-2.5">
              <div className="flex items-baseline justify-between gap-3">
                <span className="min-w-0 truncate font-medium">{row.name || m.none}</span>
                <span className="tabular-nums">{formatMoney(row.costMicros)}</span>
              </div>
              <div className="flex items-baseline justify-between gap-3 text-sm text-soft tabular-nums">
                <span>{m.uses(row.uses)}</span>
                <span>{row.percent} %</span>
              </div>
            </li>
          ))}
        </ul>
      </Card>
      {report.data && report.data.cachedUses > 0 ? (
        <p className="mt-2 text-sm text-soft">{m.cached(report.data.cachedUses)}</p>
      ) : null}
    </section>
  )
}
