import type { Command } from 'commander'
import { formatMicros } from '../../kernel/money.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { tableText } from '../../platform/cli/layout.ts'
import { loadPrices } from './price.ts'
import type { CostSummary } from './summarize-costs.ts'

/** `costs summary` on the server, `costs prices` from the table that ships. */
export function costCommands(program: Command, cli: CliContext): void {
  const group = program.command('costs').description('what was used and what it cost')

  group
    .command('summary')
    .description('use and cost by day and kind')
    .option('--from <day>', 'first day, such as 2026-11-01 (default: 30 days back)')
    .option('--to <day>', 'first day that is not counted (default: tomorrow)')
    .action(async (options: { from?: string; to?: string }) => {
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

  group
    .command('prices')
    .description('the price table, with dates and sources')
    .action(() => {
      const table = loadPrices()
      const rows = table.prices.map((price) => ({
        item: price.item,
        price: `${formatMicros(price.costMicros)} / ${price.per === 1 ? '' : `${price.per.toLocaleString('en')} `}${price.unit}`,
        from: price.validFrom,
        confidence: price.confidence,
      }))
      cli.out(table, tableText(rows))
    })
}
