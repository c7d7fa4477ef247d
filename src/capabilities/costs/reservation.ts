import { z } from '@hono/zod-openapi'
import type { costReservations } from './schema.ts'

/**
 * `held` counts against budgets. `settled` is in the ledger. `released` and `expired` hold nothing; a late settlement
 * of either is still written down, since the vendor was paid.
 */
export const reservationStates = ['held', 'settled', 'released', 'expired'] as const
export type ReservationState = (typeof reservationStates)[number]

export const reservationSchema = z
  .object({
    id: z.string(),
    state: z.enum(reservationStates),
    kind: z.string(),
    reservedMicros: z.int(),
    settledMicros: z.int().nullable(),
    subjectId: z.string(),
    topic: z.string().nullable(),
    model: z.string().nullable(),
    videoId: z.string().nullable(),
    postId: z.string().nullable(),
    reservedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .openapi('CostReservation')

export type Reservation = z.infer<typeof reservationSchema>

export function toReservation(row: typeof costReservations.$inferSelect): Reservation {
  const { id, state, kind, reservedMicros, settledMicros, subjectId, topic, model, videoId, postId } = row
  return {
    id,
    state,
    kind,
    reservedMicros,
    settledMicros,
    subjectId,
    topic,
    model,
    videoId,
    postId,
    reservedAt: row.reservedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }
}
