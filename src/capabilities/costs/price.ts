import { z } from '@hono/zod-openapi'
import type { Micros } from '../../kernel/money.ts'
import table from './prices.json' with { type: 'json' }

/** A = read in a source of this year, B = older or second-hand, C = general knowledge; check before relying on it. */
export const priceConfidences = ['A', 'B', 'C'] as const

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
  })
  .openapi('Price')

export type Price = z.infer<typeof priceSchema>

const priceTableSchema = z.object({
  version: z.string(),
  currency: z.literal('USD'),
  prices: z.array(priceSchema),
})

/** The price table that ships with this release; on-demand prices, us-east-1 unless a row says otherwise. */
export function loadPrices(): z.infer<typeof priceTableSchema> {
  return priceTableSchema.parse(table)
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
