import { z } from '@hono/zod-openapi'
import type { Micros } from '../../kernel/money.ts'
import table from './prices.json' with { type: 'json' }

/** A = read in a source of this year, B = older or second-hand, C = general knowledge; check before relying on it. */
export const priceConfidences = ['A', 'B', 'C'] as const
export type PriceConfidence = (typeof priceConfidences)[number]

export const priceSchema = z
  .object({
    id: z.string().openapi({ example: 'aws.polly.neural.characters' }),
    item: z.string().openapi({ example: 'aws.polly.neural' }),
    unit: z.string().openapi({ example: 'characters' }),
    costMicros: z.int().min(0).openapi({ description: 'Millionths of a US dollar for `per` units.' }),
    per: z.int().min(1),
    validFrom: z.iso.date(),
    validTo: z.iso
      .date()
      .nullable()
      .openapi({ description: 'The first day it no longer holds; null while it does.' }),
    source: z.string(),
    confidence: z.enum(priceConfidences),
    note: z.string().optional(),
    checkedOn: z.iso
      .date()
      .optional()
      .openapi({ description: 'When somebody last read it; without it, the version of the table.' }),
  })
  .openapi('Price')

export type Price = z.infer<typeof priceSchema>

const priceTableSchema = z.object({
  version: z.iso.date(),
  currency: z.literal('USD'),
  prices: z.array(priceSchema),
})
export type PriceTable = z.infer<typeof priceTableSchema>

let shipped: PriceTable | undefined

/** The price table that ships with this release; on-demand prices, us-east-1 unless a row says otherwise. */
export function loadPrices(): PriceTable {
  // Checked once: 70 rows through a schema at every use would be most of the time of a ledger write.
  return (shipped ??= Object.freeze(priceTableSchema.parse(table)))
}

/** The row for an item and unit on a day, or undefined. Where rows overlap the newest one counts. */
export function findPrice(
  prices: readonly Price[],
  item: string,
  unit: string,
  day: string,
): Price | undefined {
  return prices
    .filter((price) => price.item === item && price.unit === unit)
    .filter((price) => price.validFrom <= day && (price.validTo === null || day < price.validTo))
    .sort((a, b) => b.validFrom.localeCompare(a.validFrom))[0]
}

/** Cost of a quantity in whole micros, rounded up so that many small uses are never free. */
export function costOf(price: Price, quantity: number): Micros {
  // The product of decimal quantities carries dust such as 15000000.000000002, which must not round up a micro.
  return Math.ceil(Number(((quantity * price.costMicros) / price.per).toPrecision(12)))
}

const dayMs = 86_400_000
/** How long a price is believed after somebody read it, by confidence. Own work at 0 does not age. */
const believedDays: Record<PriceConfidence, number> = { A: 180, B: 120, C: 90 }

/** Whether a price was last read too long ago to rely on. */
export function isStale(price: Price, day: string, tableVersion: string = loadPrices().version): boolean {
  if (price.costMicros === 0 || price.validTo !== null) return false
  const ageDays = (Date.parse(day) - Date.parse(price.checkedOn ?? tableVersion)) / dayMs
  return ageDays > believedDays[price.confidence]
}
