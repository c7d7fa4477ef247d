import { newId } from '../../kernel/ids.ts'
import type { Micros } from '../../kernel/money.ts'
import type { Db } from '../../platform/db/client.ts'
import { costErrors } from './errors.ts'
import { costOf, findPrice, loadPrices } from './price.ts'
import { costEntries } from './schema.ts'

export type RecordCost = {
  workspaceId: string
  /** `compute`, `llm`, `speech`, … */
  kind: string
  /** What was used, as the price table names it. */
  item: string
  quantity: number
  unit: string
  /** The amount, when the caller knows it from a receipt; otherwise the price table says. */
  costMicros?: Micros
  /** What it was for, such as `run_…` or `clip_…`. */
  subjectId: string
  /** The same use recorded again under this key counts once. */
  idempotencyKey: string
  usedAt?: Date
}

/** Writes one use into the ledger, in the caller's transaction. Returns what it cost, or undefined when it was there already. */
export async function recordCost(db: Db, input: RecordCost): Promise<Micros | undefined> {
  const usedAt = input.usedAt ?? new Date()
  if (!Number.isFinite(input.quantity) || input.quantity < 0) {
    throw costErrors.invalid(`A quantity of ${input.quantity} ${input.unit} cannot be recorded.`)
  }
  const { costMicros, priceId } = amountOf(input, usedAt)
  const [made] = await db
    .insert(costEntries)
    .values({
      id: newId('cost'),
      workspaceId: input.workspaceId,
      kind: input.kind,
      item: input.item,
      quantity: input.quantity,
      unit: input.unit,
      costMicros,
      priceId,
      subjectId: input.subjectId,
      idempotencyKey: input.idempotencyKey,
      usedAt,
    })
    .onConflictDoNothing({ target: [costEntries.workspaceId, costEntries.idempotencyKey] })
    .returning({ costMicros: costEntries.costMicros })
  return made?.costMicros
}

/** CPU seconds of local work: free, but counted, so that a machine's load can be put beside a vendor's bill. */
export function recordLocalCpu(
  db: Db,
  input: { workspaceId: string; cpuMs: number; subjectId: string; idempotencyKey: string },
): Promise<Micros | undefined> {
  const { cpuMs, ...rest } = input
  return recordCost(db, {
    ...rest,
    kind: 'compute',
    item: 'local.cpu',
    quantity: cpuMs / 1000,
    unit: 'cpuSeconds',
  })
}

function amountOf(input: RecordCost, usedAt: Date): { costMicros: Micros; priceId: string | null } {
  if (input.costMicros !== undefined) {
    if (!Number.isSafeInteger(input.costMicros) || input.costMicros < 0) {
      throw costErrors.invalid(`${input.costMicros} is not an amount in whole micros.`)
    }
    return { costMicros: input.costMicros, priceId: null }
  }
  const day = usedAt.toISOString().slice(0, 10)
  const price = findPrice(loadPrices().prices, input.item, input.unit, day)
  if (!price) throw costErrors.unknownPrice(`There is no price for ${input.item} by ${input.unit} on ${day}.`)
  return { costMicros: costOf(price, input.quantity), priceId: price.id }
}
