import { type Command, Option } from 'commander'
import { formatMicros } from '../../kernel/money.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { tableText } from '../../platform/cli/layout.ts'
import { failureOf as refusalOf } from '../../platform/cli/problem-failure.ts'
import { budgetCommands } from './budget-commands.ts'
import type { CostForecast } from './forecast-costs.ts'
import { priceCommands } from './price-commands.ts'
import { costGroups, type CostReport } from './report-costs.ts'
import type { CostResults } from './report-results.ts'
import type { StorageCosts } from './storage-costs.ts'
import type { CostSuggestion } from './suggest-savings.ts'
import type { CostSummary } from './summarize-costs.ts'

type Range = { from?: string; to?: string }

/** `costs summary|report|results|forecast|suggest|storage|export`, and those of prices and budgets. */
export function costCommands(program: Command, cli: CliContext): void {
  const group = program.command('costs').description('what was used and what it cost')
  const ranged = (name: string, description: string) =>
    group
      .command(name)
      .description(description)
      .option('--from <day>', 'first day, such as 2026-11-01 (default: 30 days back)')
      .option('--to <day>', 'first day that is not counted (default: tomorrow)')

  ranged('summary', 'use and cost by day and kind').action(async (options: Range) => {
    const summary = await (await cli.api()).get<CostSummary>('/costs/summary', { query: options })
    const rows = summary.rows.map((row) => ({
      day: row.day,
      kind: row.kind,
      item: row.item,
      quantity: `${Number(row.quantity.toFixed(1))} ${row.unit}`,
      cost: formatMicros(row.costMicros),
    }))
    const total = `${formatMicros(summary.totalMicros)} from ${summary.from} to ${summary.to}`
    cli.out(summary, rows.length === 0 ? `Nothing used: ${total}` : `${tableText(rows)}\n\n${total}`)
  })

  ranged('report', 'cost by topic, model, item, …')
    .addOption(new Option('--by <group>', 'how to break it down').choices([...costGroups]).default('day'))
    .action(async (options: Range & { by: string }) => {
      const report = await (await cli.api()).get<CostReport>('/costs/report', { query: options })
      const rows = report.rows.map(({ name, costMicros, uses, percent }) => ({
        [report.by]: name || '(none)',
        uses,
        cost: formatMicros(costMicros),
        share: `${percent} %`,
      }))
      cli.out(
        report,
        `${tableText(rows)}\n\n${formatMicros(report.totalMicros)} from ${report.from} to ${report.to}`,
      )
    })

  ranged('results', 'what each finished video and published post cost').action(async (options: Range) => {
    const results = await (await cli.api()).get<CostResults>('/costs/results', { query: options })
    const rows = results.items.map(({ kind, id, title, costMicros, breakdown }) => ({
      kind,
      id,
      title,
      cost: formatMicros(costMicros),
      breakdown: breakdown.map((part) => `${part.kind} ${formatMicros(part.costMicros)}`).join(', '),
    }))
    const averages = results.averages.map(
      ({ kind, count, averageMicros }) => `${formatMicros(averageMicros)} for each of ${count} ${kind}s`,
    )
    cli.out(
      results,
      rows.length === 0 ? 'Nothing was finished.' : `${tableText(rows)}\n\n${averages.join('\n')}`,
    )
  })

  group
    .command('forecast')
    .description('what this month will have cost')
    .action(async () => {
      const forecast = await (await cli.api()).get<CostForecast>('/costs/forecast')
      const { spentMicros, expectedMicros, lowMicros, highMicros, month, note } = forecast
      const between = `${formatMicros(lowMicros)} to ${formatMicros(highMicros)}`
      const text = `${month}: ${formatMicros(spentMicros)} so far, about ${formatMicros(expectedMicros)} at its end (${between}). ${note}`
      cli.out(forecast, text)
    })

  group
    .command('suggest')
    .description('what could cost less, on what was really used')
    .action(async () => {
      const list = await (await cli.api()).get<{ items: CostSuggestion[] }>('/costs/suggestions')
      const rows = list.items.map(({ title, savedMicros, reason, trade }) => ({
        saves: formatMicros(savedMicros),
        what: title,
        why: reason,
        but: trade,
      }))
      cli.out(list, rows.length === 0 ? 'Nothing that would save a cent.' : tableText(rows))
    })

  group
    .command('storage')
    .description('what storing files costs, and what lifecycle rules would save')
    .action(async () => {
      const storage = await (await cli.api()).get<StorageCosts>('/costs/storage')
      const rows = storage.lifecycles.map((rule) => ({
        'older than': `${rule.afterDays} days`,
        'move to': rule.storageClass,
        GB: (rule.bytes / 1e9).toFixed(1),
        'saves a month': formatMicros(rule.savedMicrosPerMonth),
        'moving costs': formatMicros(rule.movingMicros),
      }))
      const total = `${(storage.bytes / 1e9).toFixed(2)} GB, ${formatMicros(storage.monthlyMicros)} a month. ${storage.note}`
      cli.out(storage, rows.length === 0 ? total : `${tableText(rows)}\n\n${total}`)
    })

  ranged('export', 'the ledger as CSV on standard output').action(async (options: Range) => {
    const query = new URLSearchParams(Object.entries(options).filter(([, value]) => value !== undefined))
    const answer = await (await cli.api()).fetch(`/api/v1/costs/entries.csv?${query}`)
    if (!answer.ok) throw await refusalOf(answer)
    const csv = await answer.text()
    cli.out({ csv }, csv.trimEnd())
  })

  priceCommands(group, cli)
  budgetCommands(group, cli)
}
