import type { Command } from 'commander'
import { formatMicros } from '../../kernel/money.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { tableText } from '../../platform/cli/layout.ts'
import { costErrors } from './errors.ts'
import type { CostEstimate } from './estimate-cost.ts'
import type { ListedPrice } from './own-prices.ts'
import type { Price } from './price.ts'

type SetOptions = { unit: string; usd: string; per: string; from?: string; until?: string; source: string }

/** `costs prices`, `costs prices set|remove` and `costs estimate`. */
export function priceCommands(group: Command, cli: CliContext): void {
  const prices = group
    .command('prices')
    .description('the price table, with dates and sources; your own prices first')
    .option('--stale', 'only those that were read too long ago')
    .action(async (options: { stale?: boolean }) => {
      type Table = { version: string; prices: ListedPrice[]; warnings: string[] }
      const table = await (await cli.api()).get<Table>('/costs/prices')
      const shown = table.prices.filter((price) => !options.stale || price.isStale)
      const rows = shown.map((price) => ({
        item: price.item,
        price: `${formatMicros(price.costMicros)} / ${price.per === 1 ? '' : `${price.per.toLocaleString('en')} `}${price.unit}`,
        from: price.validFrom,
        confidence: `${price.confidence}${price.isStale ? ' (stale)' : ''}`,
        own: price.isOwn ? price.id : '',
      }))
      cli.out({ ...table, prices: shown }, [tableText(rows), ...table.warnings].join('\n\n'))
    })

  prices
    .command('set')
    .description('set a price of your own, which goes before the table')
    .argument('<item>', 'such as compatible.llama3')
    .requiredOption('--unit <unit>', 'such as outputTokens')
    .requiredOption('--usd <amount>', 'US dollars, such as 0.25')
    .requiredOption('--source <text>', 'where it was read')
    .option('--per <units>', 'for so many units', '1000000')
    .option('--from <day>', 'first day it holds (default: today)')
    .option('--until <day>', 'first day it no longer holds')
    .action(async (item: string, options: SetOptions) => {
      const price = await (
        await cli.api()
      ).put<Price>('/costs/prices', {
        item,
        unit: options.unit,
        source: options.source,
        costMicros: microsOf(options.usd),
        per: Number(options.per),
        ...(options.from ? { validFrom: options.from } : {}),
        ...(options.until ? { validTo: options.until } : {}),
      })
      cli.out(
        price,
        `${item} costs ${formatMicros(price.costMicros)} for ${price.per} ${price.unit} (${price.id}).`,
      )
    })

  prices
    .command('remove')
    .description('remove a price of your own')
    .argument('<price>', 'its id')
    .action(async (priceId: string) => {
      await (await cli.api()).delete(`/costs/prices/${encodeURIComponent(priceId)}`)
      cli.out({ priceId }, 'Removed.')
    })

  group
    .command('estimate')
    .description('what uses would cost, without spending anything')
    .argument('<uses...>', 'item:unit=quantity, such as aws.polly.neural:characters=4000')
    .action(async (uses: string[]) => {
      const lines = uses.map(readUse)
      const estimate = await (await cli.api()).post<CostEstimate>('/costs/estimates', { lines })
      const rows = estimate.lines.map(({ item, quantity, unit, costMicros, confidence }) => ({
        item,
        quantity: `${quantity} ${unit}`,
        cost: formatMicros(costMicros),
        confidence,
      }))
      const total = `${formatMicros(estimate.totalMicros)} in all, confidence ${estimate.confidence}`
      cli.out(estimate, [tableText(rows), total, ...estimate.warnings].join('\n\n'))
    })
}

/** `0.25` → 250000. Refuses what is not an amount of money. */
export function microsOf(usd: string): number {
  const micros = Math.round(Number(usd) * 1_000_000)
  if (usd.trim() === '' || !Number.isSafeInteger(micros) || micros < 0) {
    throw costErrors.invalid(`"${usd}" is not an amount in US dollars, such as 0.25.`)
  }
  return micros
}

function readUse(text: string): { item: string; unit: string; quantity: number } {
  const match = /^(.+):([A-Za-z]+)=(\d+(?:\.\d+)?)$/.exec(text)
  if (!match) throw costErrors.invalid(`"${text}" is not item:unit=quantity.`)
  return { item: match[1]!, unit: match[2]!, quantity: Number(match[3]) }
}
