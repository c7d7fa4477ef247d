import { and, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../../platform/db/client.ts'
import { takeNewEvents } from '../../../platform/events/index.ts'
import { webhookDeliveries, webhooks } from '../schema.ts'
import { deliveryFor } from './deliveries.ts'
import { type WebhookEvent, webhookEvents } from './webhook.ts'

const batchSize = 500

/**
 * Turns new events into deliveries for the webhooks that want them. An event is taken and its deliveries are written
 * in one transaction, so none is lost and none is written twice, however many processes do this. Returns how many
 * events were taken.
 */
export async function queueDeliveries(deps: { db: Db; now?: () => Date }): Promise<number> {
  return deps.db.transaction(async (tx) => {
    const taken = await takeNewEvents(tx, batchSize)
    const telling = taken.filter(({ type }) => (webhookEvents as readonly string[]).includes(type))
    if (telling.length === 0) return taken.length
    const workspaceIds = [...new Set(telling.map(({ workspaceId }) => workspaceId))]
    const hooks = await tx
      .select()
      .from(webhooks)
      .where(and(inArray(webhooks.workspaceId, workspaceIds), eq(webhooks.enabled, true)))
      // Held, so that one which is being deleted does not vanish before its deliveries are written.
      .for('key share')
    const now = deps.now?.() ?? new Date()
    const rows = telling.flatMap((event) =>
      hooks
        .filter(({ workspaceId }) => workspaceId === event.workspaceId)
        .filter(({ events }) => events.includes(event.type as WebhookEvent))
        .map(({ id }) => deliveryFor(id, event, now)),
    )
    if (rows.length > 0) await tx.insert(webhookDeliveries).values(rows)
    return taken.length
  })
}
