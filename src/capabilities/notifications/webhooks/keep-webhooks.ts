import { randomBytes } from 'node:crypto'
import { and, asc, count, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { newId } from '../../../kernel/ids.ts'
import type { Db } from '../../../platform/db/client.ts'
import { checkUrl } from '../../../platform/fetch/safe-fetch.ts'
import { seal } from '../../../platform/secrets/seal.ts'
import { recordAudit } from '../../audit/index.ts'
import { notificationErrors } from '../errors.ts'
import { webhooks } from '../schema.ts'
import { toWebhook, type Webhook, type WebhookEvent, webhookEvents, type WebhookRow } from './webhook.ts'

export type WebhookDeps = { db: Db; secret: string; fetchAllow: readonly string[]; now?: () => Date }

export type CreateWebhook = {
  actor: Actor
  url: string
  /** Default: all there are. */
  events?: WebhookEvent[]
}

const maxWebhooks = 20

/**
 * Makes a webhook and returns it with the secret of its signatures, which is shown only now.
 * Fails with `fetch.badUrl`, `fetch.refused` for an inner address, or `notifications.tooManyWebhooks`.
 */
export async function createWebhook(
  deps: WebhookDeps,
  input: CreateWebhook,
): Promise<Webhook & { secret: string }> {
  const { actor, events = [...webhookEvents] } = input
  assertMay(actor, 'webhooks.write')
  const url = checkUrl(input.url, deps.fetchAllow)
  const id = newId('hook')
  const secret = `whsec_${randomBytes(32).toString('base64url')}`
  const at = deps.now?.() ?? new Date()
  return deps.db.transaction(async (tx) => {
    const [many] = await tx
      .select({ count: count() })
      .from(webhooks)
      .where(eq(webhooks.workspaceId, actor.workspaceId))
    if (many!.count >= maxWebhooks) {
      throw notificationErrors.tooManyWebhooks(`There are ${maxWebhooks} webhooks already.`)
    }
    const [row] = await tx
      .insert(webhooks)
      .values({
        id,
        workspaceId: actor.workspaceId,
        url,
        events: [...new Set(events)],
        sealedSecret: seal(deps.secret, id, secret),
        enabled: true,
        createdBy: actor.id,
        createdAt: at,
        updatedAt: at,
      })
      .returning()
    await recordAudit(tx, { actor, action: 'webhook.created', subjectId: id, detail: { host: hostOf(url) } })
    return { ...toWebhook(row!), secret }
  })
}

/** The webhooks of the actor's workspace, oldest first: there are few. */
export async function listWebhooks(deps: { db: Db }, input: { actor: Actor }): Promise<Webhook[]> {
  assertMay(input.actor, 'webhooks.read')
  const rows = await deps.db
    .select()
    .from(webhooks)
    .where(eq(webhooks.workspaceId, input.actor.workspaceId))
    .orderBy(asc(webhooks.id))
  return rows.map(toWebhook)
}

export type UpdateWebhook = {
  actor: Actor
  webhookId: string
  url?: string
  events?: WebhookEvent[]
  enabled?: boolean
}

/** Changes a webhook. Switching it on again forgets its failures and sends what was still waiting. */
export async function updateWebhook(deps: WebhookDeps, input: UpdateWebhook): Promise<Webhook> {
  const { actor, webhookId, events, enabled } = input
  assertMay(actor, 'webhooks.write')
  const url = input.url === undefined ? undefined : checkUrl(input.url, deps.fetchAllow)
  return deps.db.transaction(async (tx) => {
    const [row] = await tx
      .update(webhooks)
      .set({
        url,
        events: events && [...new Set(events)],
        enabled,
        ...(enabled === undefined ? {} : { disabledBecause: null, failuresInRow: 0 }),
        updatedAt: deps.now?.() ?? new Date(),
      })
      .where(and(eq(webhooks.id, webhookId), eq(webhooks.workspaceId, actor.workspaceId)))
      .returning()
    if (!row) throw notificationErrors.webhookNotFound(`There is no webhook ${webhookId}.`)
    const detail = { host: hostOf(row.url), enabled: row.enabled }
    await recordAudit(tx, { actor, action: 'webhook.updated', subjectId: webhookId, detail })
    return toWebhook(row)
  })
}

/** Deletes a webhook with its deliveries, also those that were still to come. */
export async function deleteWebhook(
  deps: { db: Db },
  input: { actor: Actor; webhookId: string },
): Promise<void> {
  const { actor, webhookId } = input
  assertMay(actor, 'webhooks.write')
  await deps.db.transaction(async (tx) => {
    const row = await findWebhook(tx, { workspaceId: actor.workspaceId, webhookId })
    await tx.delete(webhooks).where(eq(webhooks.id, row.id))
    const detail = { host: hostOf(row.url) }
    await recordAudit(tx, { actor, action: 'webhook.deleted', subjectId: webhookId, detail })
  })
}

/** The row of a webhook in this workspace. */
export async function findWebhook(
  db: Db,
  input: { workspaceId: string; webhookId: string },
): Promise<WebhookRow> {
  const [row] = await db
    .select()
    .from(webhooks)
    .where(and(eq(webhooks.id, input.webhookId), eq(webhooks.workspaceId, input.workspaceId)))
  if (!row) throw notificationErrors.webhookNotFound(`There is no webhook ${input.webhookId}.`)
  return row
}

/** Of an address only the host: the rest is often a secret of its own. */
export function hostOf(url: string): string {
  return new URL(url).host
}
