import { newId } from '../../kernel/ids.ts'
import type { Micros } from '../../kernel/money.ts'
import type { Db } from '../../platform/db/client.ts'
import { estimateCost } from './estimate-cost.ts'
import { moveCounters } from './move-counters.ts'
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
  topic?: string
  model?: string
  videoId?: string
  postId?: string
  /** Served from the development cache: give `costMicros: 0` with it. */
  isCached?: boolean
  fingerprint?: string
  /** The same use recorded again under this key counts once. */
  idempotencyKey: string
  usedAt?: Date
}

/**
 * Writes one use into the ledger, in the caller's transaction, without a reservation: for work that costs nothing, and
 * for bills that come afterwards. Returns what it cost, or undefined when it was there already.
 */
export async function recordCost(db: Db, input: RecordCost): Promise<Micros | undefined> {
  const { usedAt = new Date(), workspaceId, item, unit, quantity, costMicros: known, ...rest } = input
  const lines = [{ item, unit, quantity, ...(known === undefined ? {} : { costMicros: known }) }]
  const [line] = (await estimateCost({ db }, { workspaceId, lines, at: usedAt })).lines
  const { costMicros, priceId } = line!
  const write = async (tx: Db) => {
    const [made] = await tx
      .insert(costEntries)
      .values({ id: newId('cost'), workspaceId, item, unit, quantity, costMicros, priceId, usedAt, ...rest })
      .onConflictDoNothing({ target: [costEntries.workspaceId, costEntries.idempotencyKey] })
      .returning({ costMicros: costEntries.costMicros })
    if (made) await moveCounters(tx, { ...rest, workspaceId, at: usedAt, spentMicros: costMicros })
    return made?.costMicros
  }
  // Free work moves no counter, so one statement is enough.
  return costMicros === 0 ? write(db) : db.transaction(write)
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
