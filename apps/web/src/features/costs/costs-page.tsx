'use client'
import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, PageHead, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { BudgetsSection } from './budgets-section.tsx'
import { BreakdownSection } from './breakdown-section.tsx'
import { forecastQuery, pricesQuery, reportQuery, storageQuery } from './cost-queries.ts'
import { DayChart } from './day-chart.tsx'
import { costMessages as m } from './messages.ts'
import { formatMoney } from './money.ts'
import { ResultsSection } from './results-section.tsx'
import { SuggestionsSection } from './suggestions-section.tsx'

/** What was spent, where it went, what the month will come to, and the limits. */
export function CostsPage() {
  const forecast = useQuery(forecastQuery)
  const storage = useQuery(storageQuery)
  const days = useQuery(reportQuery('day'))
  const prices = useQuery(pricesQuery)
  const failed = [forecast, storage, days].find((query) => query.error)
  const { data } = forecast

  return (
    <>
      <PageHead title={m.title} lead={m.lead}>
        <Button asChild>
          <a href="/api/v1/costs/entries.csv" download="costs.csv">
            <Download /> {m.export}
          </a>
        </Button>
      </PageHead>
      {failed?.error ? <ProblemNote error={failed.error} onRetry={() => void failed.refetch()} /> : null}
      {prices.data && prices.data.warnings.length > 0 ? (
        <p className="mb-4 rounded-xl bg-warn-soft px-4 py-3 text-warn">{m.stale}</p>
      ) : null}
      <dl className="mb-8 grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Figure name={m.spent} value={data && formatMoney(data.spentMicros)} />
        <Figure
          name={m.forecast}
          value={data && formatMoney(data.expectedMicros)}
          note={
            data
              ? `${m.between(formatMoney(data.lowMicros), formatMoney(data.highMicros))}. ${data.note}`
              : undefined
          }
        />
        <Figure name={m.perDay} value={data && formatMoney(data.perDayMicros)} />
        <Figure
          name={m.storage}
          value={storage.data && formatMoney(storage.data.monthlyMicros)}
          note={storage.data?.note}
        />
      </dl>
      <div className="grid items-start gap-8 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-8">
          <section>
            <SectionHead title={m.days} />
            <Card className="p-4">
              {days.data ? <DayChart report={days.data} /> : <Skeleton className="h-32" />}
            </Card>
          </section>
          <BreakdownSection />
          <SuggestionsSection />
        </div>
        <div className="flex min-w-0 flex-col gap-8">
          <BudgetsSection />
          <ResultsSection />
        </div>
      </div>
    </>
  )
}

function Figure({
  name,
  value,
  note,
}: {
  name: string
  value?: string | undefined
  note?: string | undefined
}) {
  return (
    <div className="rounded-xl border border-line bg-surface p-4">
      <dt className="text-sm text-soft">{name}</dt>
      <dd>
        {value === undefined ? (
          <Skeleton className="mt-1 h-7 w-20" />
        ) : (
          <span className="text-xl font-semibold tabular-nums">{value}</span>
        )}
        {note ? <span className="mt-1 block text-sm text-soft">{note}</span> : null}
      </dd>
    </div>
  )
}
