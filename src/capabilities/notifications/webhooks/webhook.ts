import { z } from '@hono/zod-openapi'
import type { webhookDeliveries, webhooks } from '../schema.ts'

/** What a webhook can be told. */
export const webhookEvents = [
  'run.succeeded',
  'run.failed',
  'run.cancelled',
  'rendition.processed',
  'rendition.failed',
  'media.packaged',
  'media.packageFailed',
  'clip.processed',
  'clip.failed',
  'clips.batchFinished',
  'clips.stitchFinished',
  'transcript.ready',
  'transcript.failed',
  'tightCut.rendered',
  'production.finished',
  'production.failed',
] as const
export type WebhookEvent = (typeof webhookEvents)[number]

/** The type of a test delivery; every webhook gets it, and only when somebody asks. */
export const pingType = 'webhook.ping'

export const deliveryStates = ['pending', 'delivered', 'failed'] as const
export type DeliveryState = (typeof deliveryStates)[number]

export const webhookSchema = z
  .object({
    id: z.string().openapi({ example: 'hook_01J9ZK4Q8F0000000000000000' }),
    url: z.string(),
    events: z.array(z.enum(webhookEvents)),
    enabled: z.boolean(),
    disabledBecause: z
      .string()
      .nullable()
      .openapi({ description: 'Why it was switched off by itself; events of that time are not sent later.' }),
    failuresInRow: z.int(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('Webhook')
export type Webhook = z.infer<typeof webhookSchema>

export const deliverySchema = z
  .object({
    id: z
      .string()
      .openapi({ description: 'The same at every attempt and replay; sent as X-CreatorOps-Delivery.' }),
    webhookId: z.string(),
    type: z.string().openapi({ example: 'run.failed' }),
    state: z.enum(deliveryStates),
    body: z.string().openapi({ description: 'What is sent, as it is signed.' }),
    nextAt: z.iso
      .datetime()
      .nullable()
      .openapi({ description: 'When it is tried next; null once it is over.' }),
    attempts: z.array(
      z.object({
        attempt: z.int(),
        status: z.int().nullable().openapi({ description: 'HTTP status; null when there was no answer.' }),
        durationMs: z.int(),
        error: z.string().nullable().openapi({ description: 'Failure code when there was no answer.' }),
        answer: z.string().openapi({ description: 'The first characters of the answer.' }),
        at: z.iso.datetime(),
      }),
    ),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .openapi('WebhookDelivery')
export type Delivery = z.infer<typeof deliverySchema>

export type WebhookRow = typeof webhooks.$inferSelect
export type DeliveryRow = typeof webhookDeliveries.$inferSelect

/** A webhook as the API shows it: never its secret. */
export function toWebhook(row: WebhookRow): Webhook {
  const { sealedSecret: _sealed, workspaceId: _workspace, createdAt, updatedAt, ...rest } = row
  return { ...rest, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() }
}
