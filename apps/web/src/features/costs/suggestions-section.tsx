import { useQuery } from '@tanstack/react-query'
import { Badge } from '../../ui/badge.tsx'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { suggestionsQuery } from './cost-queries.ts'
import { costMessages as m } from './messages.ts'
import { formatMoney } from './money.ts'

/** What could cost less, worked out on what was really used. */
export function SuggestionsSection() {
  const suggestions = useQuery(suggestionsQuery)
  return (
    <section>
      <SectionHead title={m.suggestions} />
      <Card>
        {suggestions.isPending ? <Skeleton className="h-16" /> : null}
        {suggestions.data?.items.length === 0 ? <p className="p-4 text-soft">{m.noSuggestions}</p> : null}
        <ul className="divide-y divide-line">
          {suggestions.data?.items.map((one) => (
            <li key={one.title} className="px-4 py-3">
              <div className="flex flex-wrap items-center justify-between gap-2">
                <span className="min-w-0 font-medium break-words">{one.title}</span>
                <Badge tone="ok">{m.saves(formatMoney(one.savedMicros))}</Badge>
              </div>
              <p className="mt-1 text-sm text-soft">
                {one.reason} {one.trade}
              </p>
            </li>
          ))}
        </ul>
      </Card>
    </section>
  )
}
