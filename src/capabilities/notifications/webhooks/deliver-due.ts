import { and, asc, eq, inArray, lte, or, sql } from 'drizzle-orm'
import { AppError } from '../../../kernel/errors.ts'
import type { Db } from '../../../platform/db/client.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { safeFetch } from '../../../platform/fetch/safe-fetch.ts'
import { unseal } from '../../../platform/secrets/seal.ts'
import { notificationErrors } from '../errors.ts'
import { notify } from '../notify.ts'
import { webhookAttempts, webhookDeliveries, webhooks } from '../schema.ts'
import { hostOf, type WebhookDeps } from './keep-webhooks.ts'
import { signatureOf } from './signature.ts'
import { type DeliveryRow, pingType, type WebhookRow } from './webhook.ts'

export type DeliverDeps = WebhookDeps & {
  signal?: AbortSignal
  /** Pauses between attempts, in milliseconds; the last one counts for all that follow. */
  pausesMs?: readonly number[]
}

type Due = { delivery: DeliveryRow; webhook: WebhookRow }
type Attempt = { status: number | null; durationMs: number; error: string | null; answer: string }

const minute = 60_000
/** Together about a day: long enough for a receiver that is down over night. */
const defaultPausesMs = [10_000, minute, 5 * minute, 30 * minute, 120 * minute, 360 * minute, 720 * minute]
const timeoutMs = 15_000
/** How long a claimed delivery belongs to the process that claimed it: longer than an attempt takes. */
const claimMs = 60_000
/** Failed attempts in a row after which a webhook is switched off. */
export const maxFailuresInRow = 20

/**
 * Claims deliveries that are due, at most `limit`, and counts the attempt. A process that dies with one leaves it to
 * others a minute later: a receiver may hear of an event twice, under the same delivery id, and never not at all.
 */
export async function claimDue(deps: { db: Db; now?: () => Date }, limit: number): Promise<Due[]> {
  const now = deps.now?.() ?? new Date()
  return deps.db.transaction(async (tx) => {
    const due = await tx
      .select({ delivery: webhookDeliveries, webhook: webhooks })
      .from(webhookDeliveries)
      .innerJoin(webhooks, eq(webhooks.id, webhookDeliveries.webhookId))
      .where(
        and(
          eq(webhookDeliveries.state, 'pending'),
          lte(webhookDeliveries.nextAt, now),
          or(eq(webhooks.enabled, true), eq(webhookDeliveries.type, pingType)),
        ),
      )
      .orderBy(asc(webhookDeliveries.nextAt), asc(webhookDeliveries.id))
      .limit(limit)
      .for('update', { of: webhookDeliveries, skipLocked: true })
    if (due.length === 0) return []
    const ids = due.map(({ delivery }) => delivery.id)
    await tx
      .update(webhookDeliveries)
      .set({
        attempts: sql`${webhookDeliveries.attempts} + 1`,
        nextAt: new Date(now.getTime() + claimMs),
      })
      .where(inArray(webhookDeliveries.id, ids))
    return due.map(({ delivery, webhook }) => ({
      webhook,
      delivery: { ...delivery, attempts: delivery.attempts + 1 },
    }))
  })
}

/** One attempt: sends a claimed delivery and writes down what came of it. */
export async function attemptDelivery(deps: DeliverDeps, due: Due): Promise<void> {
  const attempt = await send(deps, due)
  // The process ends: the claim runs out and the attempt is made again, without being held against the receiver.
  if (deps.signal?.aborted) return
  const { delivery, webhook } = due
  const isDelivered = attempt.status !== null && attempt.status >= 200 && attempt.status < 300
  const now = deps.now?.() ?? new Date()
  await deps.db.transaction(async (tx) => {
    const { id: deliveryId, attempts } = delivery
    await tx
      .insert(webhookAttempts)
      .values({ deliveryId, attempt: attempts, ...attempt, at: now })
      .onConflictDoNothing()
    const triesLeft = delivery.triesLeft - 1
    const isOver = isDelivered || triesLeft <= 0
    const pausesMs = deps.pausesMs ?? defaultPausesMs
    const pauseMs = pausesMs[Math.min(attempts, pausesMs.length) - 1] ?? minute
    await tx
      .update(webhookDeliveries)
      .set({
        state: isDelivered ? 'delivered' : isOver ? 'failed' : 'pending',
        triesLeft,
        finishedAt: isOver ? now : null,
        nextAt: isOver ? now : new Date(now.getTime() + pauseMs),
      })
      .where(and(eq(webhookDeliveries.id, deliveryId), eq(webhookDeliveries.attempts, attempts)))
    if (delivery.type === pingType) return
    if (isDelivered) await tx.update(webhooks).set({ failuresInRow: 0 }).where(eq(webhooks.id, webhook.id))
    else await countFailure(tx, webhook, attempt.status === 410, now)
  })
}

async function send(deps: DeliverDeps, { delivery, webhook }: Due): Promise<Attempt> {
  const startedAt = performance.now()
  const durationMs = () => Math.round(performance.now() - startedAt)
  try {
    const secret = unseal(deps.secret, webhook.id, webhook.sealedSecret)
    if (secret === undefined) throw notificationErrors.secretUnreadable('The secret cannot be read.')
    const atSeconds = Math.floor((deps.now?.() ?? new Date()).getTime() / 1000)
    const response = await safeFetch(webhook.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-creatorops-event': delivery.type,
        'x-creatorops-delivery': delivery.id,
        'x-creatorops-attempt': String(delivery.attempts),
        'x-creatorops-signature': signatureOf(secret, delivery.body, atSeconds),
      },
      body: delivery.body,
      maxBytes: 65_536,
      timeoutMs,
      allow: deps.fetchAllow,
      signal: deps.signal,
    })
    const answer = await firstCharacters(response.body)
    return { status: response.status, durationMs: durationMs(), error: null, answer }
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'fetch.unreachable'
    return { status: null, durationMs: durationMs(), error: code, answer: '' }
  }
}

/** The start of the answer, for the log. What is left is not waited for, and a broken end changes nothing. */
async function firstCharacters(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      sizeBytes += chunk.length
      if (sizeBytes >= 500) break
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  }
  // PostgreSQL keeps no NUL in a text.
  return Buffer.concat(chunks).toString('utf8').replaceAll('\0', '').slice(0, 500)
}

async function countFailure(tx: Db, webhook: WebhookRow, isGone: boolean, now: Date): Promise<void> {
  const [row] = await tx
    .update(webhooks)
    .set({ failuresInRow: sql`${webhooks.failuresInRow} + 1` })
    .where(and(eq(webhooks.id, webhook.id), eq(webhooks.enabled, true)))
    .returning({ failuresInRow: webhooks.failuresInRow })
  if (!row || (!isGone && row.failuresInRow < maxFailuresInRow)) return
  const disabledBecause = isGone
    ? 'The receiver answered 410: it is gone for good.'
    : `${row.failuresInRow} attempts in a row failed.`
  const changed = { enabled: false, disabledBecause, updatedAt: now }
  await tx.update(webhooks).set(changed).where(eq(webhooks.id, webhook.id))
  const { workspaceId, id: subjectId } = webhook
  await publishEvent(tx, { type: 'webhook.disabled', workspaceId, subjectId, data: {} })
  const kind = 'webhook.disabled'
  const title = `The webhook to ${hostOf(webhook.url)} was switched off`
  await notify(tx, { workspaceId, kind, title, body: disabledBecause, subjectId }, () => now)
}
