import { and, asc, desc, eq, inArray, lt, ne } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { newId } from '../../../kernel/ids.ts'
import type { Db } from '../../../platform/db/client.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../../platform/http/pagination.ts'
import { notificationErrors } from '../errors.ts'
import { webhookAttempts, webhookDeliveries } from '../schema.ts'
import { findWebhook } from './keep-webhooks.ts'
import { type Delivery, type DeliveryRow, type DeliveryState, pingType } from './webhook.ts'

type Deps = { db: Db; now?: () => Date }

/** Attempts for one delivery, the first included. */
export const maxAttempts = 8

/** What was sent to a webhook or waits for it, newest first, with every attempt. */
export async function listDeliveries(
  deps: Deps,
  input: PageQuery & { actor: Actor; webhookId: string; state?: DeliveryState },
): Promise<Page<Delivery>> {
  const { actor, webhookId, state } = input
  assertMay(actor, 'webhooks.read')
  await findWebhook(deps.db, { workspaceId: actor.workspaceId, webhookId })
  const before = decodeCursor(z.string(), input.cursor)
  const rows = await deps.db
    .select()
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.webhookId, webhookId),
        state ? eq(webhookDeliveries.state, state) : undefined,
        before ? lt(webhookDeliveries.id, before) : undefined,
      ),
    )
    .orderBy(desc(webhookDeliveries.id))
    .limit(input.limit + 1)
  const page = toPage(rows, input.limit, (row) => row.id)
  return { ...page, items: await withAttempts(deps.db, page.items) }
}

/** Sends a finished delivery once more, under its old id, with all its attempts again. One that waits goes at once. */
export async function replayDelivery(
  deps: Deps,
  input: { actor: Actor; webhookId: string; deliveryId: string },
): Promise<Delivery> {
  const { actor, webhookId, deliveryId } = input
  assertMay(actor, 'webhooks.write')
  await findWebhook(deps.db, { workspaceId: actor.workspaceId, webhookId })
  const [row] = await deps.db
    .update(webhookDeliveries)
    .set({ state: 'pending', triesLeft: maxAttempts, nextAt: deps.now?.() ?? new Date(), finishedAt: null })
    .where(and(eq(webhookDeliveries.id, deliveryId), eq(webhookDeliveries.webhookId, webhookId)))
    .returning()
  if (!row) throw notificationErrors.deliveryNotFound(`There is no delivery ${deliveryId}.`)
  return (await withAttempts(deps.db, [row]))[0]!
}

/** Sends a test to a webhook, once, also to one that is switched off. Look at the delivery to see what came of it. */
export async function pingWebhook(deps: Deps, input: { actor: Actor; webhookId: string }): Promise<Delivery> {
  const { actor, webhookId } = input
  assertMay(actor, 'webhooks.write')
  await findWebhook(deps.db, { workspaceId: actor.workspaceId, webhookId })
  const at = deps.now?.() ?? new Date()
  const event = { type: pingType, subjectId: webhookId, data: {}, at, workspaceId: actor.workspaceId }
  const values = { ...deliveryFor(webhookId, event, at), triesLeft: 1 }
  const [row] = await deps.db.insert(webhookDeliveries).values(values).returning()
  return (await withAttempts(deps.db, [row!]))[0]!
}

type Told = { type: string; workspaceId: string; subjectId: string; data: Record<string, unknown>; at: Date }

/** The row of a delivery. The body is made now and stays: every attempt sends and signs the same one. */
export function deliveryFor(
  webhookId: string,
  event: Told,
  now: Date,
): typeof webhookDeliveries.$inferInsert {
  const id = newId('dlv')
  const { type, workspaceId, subjectId, data, at } = event
  const body = JSON.stringify({ id, type, workspaceId, subjectId, at: at.toISOString(), data })
  const state = 'pending' as const
  return {
    id,
    webhookId,
    workspaceId,
    type,
    body,
    state,
    triesLeft: maxAttempts,
    nextAt: now,
    createdAt: now,
  }
}

/** Forgets deliveries that were finished more than 30 days ago. */
export async function sweepDeliveries({ db, now }: Deps): Promise<void> {
  const limit = new Date((now?.() ?? new Date()).getTime() - 30 * 24 * 3_600_000)
  await db
    .delete(webhookDeliveries)
    .where(and(ne(webhookDeliveries.state, 'pending'), lt(webhookDeliveries.finishedAt, limit)))
}

async function withAttempts(db: Db, rows: DeliveryRow[]): Promise<Delivery[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const tried = await db
    .select()
    .from(webhookAttempts)
    .where(inArray(webhookAttempts.deliveryId, ids))
    .orderBy(asc(webhookAttempts.attempt))
  return rows.map((row) => ({
    id: row.id,
    webhookId: row.webhookId,
    type: row.type,
    state: row.state,
    body: row.body,
    nextAt: row.state === 'pending' ? row.nextAt.toISOString() : null,
    attempts: tried
      .filter(({ deliveryId }) => deliveryId === row.id)
      .map(({ deliveryId: _id, at, ...attempt }) => ({ ...attempt, at: at.toISOString() })),
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }))
}
