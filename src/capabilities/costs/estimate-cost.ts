import { z } from '@hono/zod-openapi'
import type { Micros } from '../../kernel/money.ts'
import type { Db } from '../../platform/db/client.ts'
import { costErrors } from './errors.ts'
import { ownPrices } from './own-prices.ts'
import { costOf, findPrice, isStale, loadPrices, type Price, priceConfidences } from './price.ts'

/** One thing that a call uses: `{ item: 'aws.polly.neural', unit: 'characters', quantity: 1200 }`. */
export type CostLine = {
  item: string
  unit: string
  quantity: number
  /** The amount, when a vendor names it; otherwise the price table says. */
  costMicros?: Micros
}

export const estimateSchema = z
  .object({
    totalMicros: z.int(),
    confidence: z.enum(priceConfidences).openapi({ description: 'That of the least certain price.' }),
    lines: z.array(
      z.object({
        item: z.string(),
        unit: z.string(),
        quantity: z.number(),
        costMicros: z.int(),
        priceId: z.string().nullable(),
        confidence: z.enum(priceConfidences),
        source: z.string(),
      }),
    ),
    warnings: z.array(z.string()),
  })
  .openapi('CostEstimate')

export type CostEstimate = z.infer<typeof estimateSchema>
export type EstimateLine = CostEstimate['lines'][number]

/**
 * What these uses would cost a workspace at the prices of a moment (default now), and what that rests on. Fails with
 * `costs.unknownPrice` for an item without a price and `costs.invalid` for a broken quantity.
 */
export async function estimateCost(
  deps: { db: Db; now?: () => Date },
  input: { workspaceId: string; lines: readonly CostLine[]; at?: Date },
): Promise<CostEstimate> {
  const day = (input.at ?? deps.now?.() ?? new Date()).toISOString().slice(0, 10)
  const own = await ownPrices(deps.db, input.workspaceId)
  return estimateAt(input.lines, day, own)
}

/** The same without a database; `own` are the workspace's prices. */
export function estimateAt(lines: readonly CostLine[], day: string, own: readonly Price[]): CostEstimate {
  const priced = lines.map((line) => priceLine(line, day, own))
  const stale = priced.filter(({ price }) => price && isStale(price, day))
  const confidence =
    priced
      .map(({ line }) => line.confidence)
      .sort()
      .at(-1) ?? 'A'
  return {
    totalMicros: priced.reduce((sum, { line }) => sum + line.costMicros, 0),
    confidence,
    lines: priced.map(({ line }) => line),
    warnings: stale.map(
      ({ line, price }) =>
        `The price of ${line.item} by ${line.unit} was last read on ${price?.checkedOn ?? loadPrices().version}.`,
    ),
  }
}

function priceLine(
  line: CostLine,
  day: string,
  own: readonly Price[],
): { line: EstimateLine; price?: Price } {
  const { item, unit, quantity, costMicros } = line
  if (!Number.isFinite(quantity) || quantity < 0) {
    throw costErrors.invalid(`A quantity of ${quantity} ${unit} cannot be counted.`)
  }
  if (costMicros !== undefined) {
    if (!Number.isSafeInteger(costMicros) || costMicros < 0) {
      throw costErrors.invalid(`${costMicros} is not an amount in whole micros.`)
    }
    const known = { item, unit, quantity, costMicros, priceId: null, confidence: 'A' as const }
    return { line: { ...known, source: 'named by the vendor' } }
  }
  const price = findPrice(own, item, unit, day) ?? findPrice(loadPrices().prices, item, unit, day)
  if (!price) throw costErrors.unknownPrice(`There is no price for ${item} by ${unit} on ${day}.`)
  const { id: priceId, confidence, source } = price
  const amount = costOf(price, quantity)
  if (!Number.isSafeInteger(amount))
    throw costErrors.invalid(`${quantity} ${unit} is more than can be counted.`)
  return { line: { item, unit, quantity, costMicros: amount, priceId, confidence, source }, price }
}
