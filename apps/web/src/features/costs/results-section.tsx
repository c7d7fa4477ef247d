import { useQuery } from '@tanstack/react-query'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { resultsQuery } from './cost-queries.ts'
import { costMessages as m } from './messages.ts'
import { formatMoney } from './money.ts'

/** What each finished video and published post cost. */
export function ResultsSection() {
  const results = useQuery(resultsQuery)
  return (
    <section>
      <SectionHead title={m.results} />
      {results.data?.averages.map(({ kind, averageMicros, count }) => (
        <p key={kind} className="mb-2 text-soft">
          {m.average(m.kinds[kind], formatMoney(averageMicros), count)}
        </p>
      ))}
      <Card>
        {results.isPending ? <Skeleton className="h-16" /> : null}
        {results.data?.items.length === 0 ? <p className="p-4 text-soft">{m.noResults}</p> : null}
        <ul className="divide-y divide-line">
          {results.data?.items.slice(0, 20).map((item) => (
            <li key={item.id} className="px-4 py-2.5">
              <div className="flex items-baseline justify-between gap-3">
                <span className="min-w-0 truncate font-medium">{item.title}</span>
                <span className="tabular-nums">{formatMoney(item.costMicros)}</span>
              </div>
              <p className="text-sm text-soft tabular-nums">
                {item.breakdown.map((part) => `${part.kind} ${formatMoney(part.costMicros)}`).join(' · ')}
              </p>
            </li>
          ))}
        </ul>
      </Card>
    </section>
  )
}
