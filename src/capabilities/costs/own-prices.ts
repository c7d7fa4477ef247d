import { and, asc, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../../platform/db/client.ts'
import { recordAudit } from '../audit/index.ts'
import { costErrors } from './errors.ts'
import { isStale, loadPrices, type Price, type PriceConfidence } from './price.ts'
import { costPrices } from './schema.ts'

export type SetPrice = {
  actor: Actor
  item: string
  unit: string
  /** Millionths of a US dollar for `per` units. */
  costMicros: number
  per: number
  /** First day it holds; today by default. */
  validFrom?: string
  validTo?: string | null
  source: string
  confidence?: PriceConfidence
}

/**
 * Sets a price of the workspace's own, which goes before the table that ships. The same item, unit and first day is
 * corrected in place; what the ledger has is never priced again. Fails with `costs.invalid`.
 */
export async function setPrice(deps: { db: Db; now?: () => Date }, input: SetPrice): Promise<Price> {
  const { actor } = input
  assertMay(actor, 'costs.write')
  const now = deps.now?.() ?? new Date()
  const today = now.toISOString().slice(0, 10)
  assertPrice(input)
  const row = {
    item: input.item,
    unit: input.unit,
    costMicros: input.costMicros,
    per: input.per,
    validFrom: input.validFrom ?? today,
    validTo: input.validTo ?? null,
    checkedOn: today,
    source: input.source,
    confidence: input.confidence ?? ('A' as const),
    createdBy: actor.id,
    createdAt: now,
  }
  if (row.validTo !== null && row.validTo <= row.validFrom) {
    throw costErrors.invalid(`A price from ${row.validFrom} cannot end on ${row.validTo}.`)
  }
  return deps.db.transaction(async (tx) => {
    const [kept] = await tx
      .insert(costPrices)
      .values({ id: newId('price'), workspaceId: actor.workspaceId, ...row })
      .onConflictDoUpdate({
        target: [costPrices.workspaceId, costPrices.item, costPrices.unit, costPrices.validFrom],
        set: row,
      })
      .returning()
    await recordAudit(tx, {
      actor,
      action: 'price.set',
      subjectId: kept!.id,
      detail: { item: row.item, unit: row.unit, costMicros: row.costMicros, per: row.per },
      at: now,
    })
    return toPrice(kept!)
  })
}

function assertPrice({ item, unit, costMicros, per, source }: SetPrice): void {
  if (!Number.isSafeInteger(costMicros) || costMicros < 0) {
    throw costErrors.invalid(`${costMicros} is not an amount in whole micros.`)
  }
  if (!Number.isSafeInteger(per) || per < 1) throw costErrors.invalid(`A price cannot be per ${per} units.`)
  if ([item, unit, source].some((text) => text.trim() === '')) {
    throw costErrors.invalid('A price needs an item, a unit and a source.')
  }
}

/** Takes back a price of the workspace's own. Fails with `costs.notFound`. */
export async function removePrice(
  deps: { db: Db; now?: () => Date },
  input: { actor: Actor; priceId: string },
): Promise<void> {
  const { actor, priceId } = input
  assertMay(actor, 'costs.write')
  await deps.db.transaction(async (tx) => {
    const [gone] = await tx
      .delete(costPrices)
      .where(and(eq(costPrices.workspaceId, actor.workspaceId), eq(costPrices.id, priceId)))
      .returning({ item: costPrices.item })
    if (!gone) throw costErrors.notFound(`There is no price ${priceId} of this workspace's own.`)
    await recordAudit(tx, { actor, action: 'price.removed', subjectId: priceId, detail: gone })
  })
}

export type ListedPrice = Price & { isStale: boolean; isOwn: boolean }

/** The prices that count for a workspace: its own first, then those that ship. */
export async function listPrices(
  deps: { db: Db; now?: () => Date },
  input: { actor: Actor },
): Promise<{ version: string; currency: 'USD'; prices: ListedPrice[]; warnings: string[] }> {
  assertMay(input.actor, 'costs.read')
  const day = (deps.now?.() ?? new Date()).toISOString().slice(0, 10)
  const own = await ownPrices(deps.db, input.actor.workspaceId)
  const table = loadPrices()
  const listed = (isOwn: boolean) => (price: Price) => ({ ...price, isOwn, isStale: isStale(price, day) })
  const prices = [...own.map(listed(true)), ...table.prices.map(listed(false))]
  const stale = prices.filter((price) => price.isStale).length
  const warnings =
    stale === 0
      ? []
      : [
          `${stale} of ${prices.length} prices were last read too long ago; check them before relying on estimates.`,
        ]
  return { version: table.version, currency: table.currency, prices, warnings }
}

/** A workspace's own prices. */
export async function ownPrices(db: Db, workspaceId: string): Promise<Price[]> {
  const rows = await db
    .select()
    .from(costPrices)
    .where(eq(costPrices.workspaceId, workspaceId))
    .orderBy(asc(costPrices.item), asc(costPrices.unit), asc(costPrices.validFrom))
  return rows.map(toPrice)
}

function toPrice(row: typeof costPrices.$inferSelect): Price {
  const { id, item, unit, costMicros, per, validFrom, validTo, source, confidence, checkedOn } = row
  return { id, item, unit, costMicros, per, validFrom, validTo, source, confidence, checkedOn }
}
