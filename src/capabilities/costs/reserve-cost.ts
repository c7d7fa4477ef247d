import { and, eq } from 'drizzle-orm'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../../platform/db/client.ts'
import type { CostDeps } from './cost-deps.ts'
import { type CostLine, estimateCost } from './estimate-cost.ts'
import { assertFits, budgetsOf, moveCounters } from './move-counters.ts'
import { type Reservation, toReservation } from './reservation.ts'
import { costReservations } from './schema.ts'

export type ReserveCost = {
  workspaceId: string
  /** `llm`, `speech`, `transcription`, `embedding`, `video`, `publishing`, `storage`, … */
  kind: string
  /** The most that the call can use; what it really used is settled. */
  lines: readonly CostLine[]
  /** What it is for, such as `run_…`. */
  subjectId: string
  topic?: string
  /** Id in the registry of models. */
  model?: string
  videoId?: string
  postId?: string
  /** One key per outside call: asked again under it, the same reservation comes back. */
  idempotencyKey: string
  /** After how long it is let go when nobody settles it. Default 15 minutes; longer than the call can take. */
  holdMs?: number
}

export const defaultHoldMs = 15 * 60_000

/**
 * Sets money aside before an outside call. Fails with `costs.budgetExceeded` before anything is spent when the
 * estimate does not fit into a budget, and with `costs.unknownPrice`. Calls that run at the same time cannot overspend
 * together.
 *
 * Idempotent by key: a held or settled reservation comes back as it is (do not call again when it is `settled`); a
 * released or expired one is held anew, at today's prices.
 */
export async function reserveCost(deps: CostDeps, input: ReserveCost): Promise<Reservation> {
  const now = deps.now?.() ?? new Date()
  const { workspaceId, idempotencyKey, holdMs = defaultHoldMs } = input
  return deps.db.transaction(async (tx) => {
    const { totalMicros } = await estimateCost({ db: tx }, { workspaceId, lines: input.lines, at: now })
    const values = {
      state: 'held' as const,
      kind: input.kind,
      lines: [...input.lines],
      reservedMicros: totalMicros,
      settledMicros: null,
      subjectId: input.subjectId,
      topic: input.topic ?? null,
      model: input.model ?? null,
      videoId: input.videoId ?? null,
      postId: input.postId ?? null,
      reservedAt: now,
      expiresAt: new Date(now.getTime() + holdMs),
      closedAt: null,
    }
    const key = { workspaceId, idempotencyKey }
    const [made] = await tx
      .insert(costReservations)
      .values({ id: newId('reservation'), ...key, ...values })
      .onConflictDoNothing({ target: [costReservations.workspaceId, costReservations.idempotencyKey] })
      .returning()
    if (!made) {
      const found = await lockByKey(tx, key)
      if (found.state === 'held' || found.state === 'settled') return toReservation(found)
    }
    if (totalMicros > 0) {
      const counted = { workspaceId, topic: input.topic, videoId: input.videoId, at: now }
      const counters = await moveCounters(tx, { ...counted, heldMicros: totalMicros })
      const budgets = await budgetsOf(tx, workspaceId, deps.environment)
      assertFits(budgets, counters, { neededMicros: totalMicros, at: now })
    }
    if (made) return toReservation(made)
    const [again] = await tx.update(costReservations).set(values).where(byKey(key)).returning()
    return toReservation(again!)
  })
}

type Key = { workspaceId: string; idempotencyKey: string }

function byKey({ workspaceId, idempotencyKey }: Key) {
  return and(
    eq(costReservations.workspaceId, workspaceId),
    eq(costReservations.idempotencyKey, idempotencyKey),
  )
}

async function lockByKey(tx: Db, key: Key): Promise<typeof costReservations.$inferSelect> {
  const [row] = await tx.select().from(costReservations).where(byKey(key)).for('update')
  return row!
}
