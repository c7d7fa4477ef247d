import { and, eq, lt } from 'drizzle-orm'
import { newId } from '../../kernel/ids.ts'
import type { Micros } from '../../kernel/money.ts'
import type { Db } from '../../platform/db/client.ts'
import type { CostDeps } from './cost-deps.ts'
import { costErrors } from './errors.ts'
import { type CostLine, estimateCost } from './estimate-cost.ts'
import { budgetsOf, moveCounters, warnAtThresholds } from './move-counters.ts'
import { type Reservation, toReservation } from './reservation.ts'
import { costEntries, costReservations } from './schema.ts'

export type SettleCost = {
  workspaceId: string
  reservationId: string
  /** What the call really used, from the vendor's answer; priced as of the reservation. */
  lines: readonly CostLine[]
  /** Hash of the request, so that a report can say what was paid for twice. */
  fingerprint?: string
}

type Row = typeof costReservations.$inferSelect

/**
 * Writes what a call used into the ledger and gives back the rest of its reservation, in one transaction. Counts on
 * the day of the reservation. Settling again changes nothing and answers the same. A reservation that expired or was
 * released in the meantime is settled all the same: the vendor was paid. Returns what it cost.
 */
export async function settleCost(deps: CostDeps, input: SettleCost): Promise<Micros> {
  const now = deps.now?.() ?? new Date()
  const { workspaceId, reservationId } = input
  return deps.db.transaction(async (tx) => {
    const row = await lockReservation(tx, workspaceId, reservationId)
    if (row.state === 'settled') return row.settledMicros!
    const at = row.reservedAt
    const estimate = await estimateCost({ db: tx }, { workspaceId, lines: input.lines, at })
    const used = mergeLines(estimate.lines)
    if (used.length > 0) {
      await tx.insert(costEntries).values(
        used.map((line) => ({
          id: newId('cost'),
          workspaceId,
          kind: row.kind,
          item: line.item,
          quantity: line.quantity,
          unit: line.unit,
          costMicros: line.costMicros,
          priceId: line.priceId,
          subjectId: row.subjectId,
          topic: row.topic,
          model: row.model,
          videoId: row.videoId,
          postId: row.postId,
          fingerprint: input.fingerprint ?? null,
          reservationId,
          idempotencyKey: `${reservationId}/${line.item}/${line.unit}`,
          usedAt: at,
        })),
      )
    }
    const costMicros = used.reduce((sum, line) => sum + line.costMicros, 0)
    const counters = await moveCounters(tx, {
      ...countedFor(row),
      spentMicros: costMicros,
      heldMicros: row.state === 'held' ? -row.reservedMicros : 0,
    })
    await tx
      .update(costReservations)
      .set({ state: 'settled', settledMicros: costMicros, closedAt: now })
      .where(eq(costReservations.id, row.id))
    if (costMicros > 0) {
      await warnAtThresholds(tx, workspaceId, await budgetsOf(tx, workspaceId, deps.environment), counters)
    }
    return costMicros
  })
}

/** Lets go of money that a call did not use at all. Does nothing to a reservation that is no longer held. */
export async function releaseCost(
  deps: CostDeps,
  input: { workspaceId: string; reservationId: string },
): Promise<Reservation> {
  const now = deps.now?.() ?? new Date()
  return deps.db.transaction(async (tx) => {
    const row = await lockReservation(tx, input.workspaceId, input.reservationId)
    return row.state === 'held' ? close(tx, row, 'released', now) : toReservation(row)
  })
}

/**
 * Lets go of reservations nobody settled in time, in every workspace. Returns how many. Safe in several processes at
 * once; one transaction each, because two at once would lock counters of different days in different orders.
 */
export async function expireReservations(deps: CostDeps, options: { most?: number } = {}): Promise<number> {
  const now = deps.now?.() ?? new Date()
  let expired = 0
  while (expired < (options.most ?? 1_000) && (await expireOne(deps.db, now))) expired += 1
  return expired
}

async function expireOne(db: Db, now: Date): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [due] = await tx
      .select()
      .from(costReservations)
      .where(and(eq(costReservations.state, 'held'), lt(costReservations.expiresAt, now)))
      .orderBy(costReservations.expiresAt)
      .limit(1)
      .for('update', { skipLocked: true })
    if (due) await close(tx, due, 'expired', now)
    return due !== undefined
  })
}

async function close(tx: Db, row: Row, state: 'released' | 'expired', now: Date): Promise<Reservation> {
  await moveCounters(tx, { ...countedFor(row), heldMicros: -row.reservedMicros })
  const [closed] = await tx
    .update(costReservations)
    .set({ state, closedAt: now })
    .where(eq(costReservations.id, row.id))
    .returning()
  return toReservation(closed!)
}

function countedFor(row: Row) {
  return { workspaceId: row.workspaceId, topic: row.topic, videoId: row.videoId, at: row.reservedAt }
}

async function lockReservation(tx: Db, workspaceId: string, reservationId: string): Promise<Row> {
  const [row] = await tx
    .select()
    .from(costReservations)
    .where(and(eq(costReservations.workspaceId, workspaceId), eq(costReservations.id, reservationId)))
    .for('update')
  if (!row) throw costErrors.notFound(`There is no reservation ${reservationId}.`)
  return row
}

/** Two lines of one item and unit become one, so that a settlement has one entry for each. */
function mergeLines<Line extends { item: string; unit: string; quantity: number; costMicros: Micros }>(
  lines: readonly Line[],
): Line[] {
  const merged = new Map<string, Line>()
  for (const line of lines) {
    const key = `${line.item}/${line.unit}`
    const same = merged.get(key)
    merged.set(
      key,
      same
        ? { ...same, quantity: same.quantity + line.quantity, costMicros: same.costMicros + line.costMicros }
        : line,
    )
  }
  return [...merged.values()]
}
