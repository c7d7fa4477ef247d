import { sql } from 'drizzle-orm'
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { moment } from '../../platform/db/columns.ts'
import type { DeliveryState, WebhookEvent } from './webhooks/webhook.ts'

/** What happened that a person should know, for one person or for everyone in the workspace. */
export const notifications = pgTable(
  'notifications',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    /** Null for everyone in the workspace. */
    personId: text('person_id'),
    kind: text('kind').notNull(),
    title: text('title').notNull(),
    body: text('body').notNull(),
    subjectId: text('subject_id').notNull(),
    /** Given by a caller that may repeat itself: one notification per key. */
    onceKey: text('once_key'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    index('notifications_by_workspace').on(table.workspaceId, table.id),
    uniqueIndex('notifications_once').on(table.workspaceId, table.onceKey),
  ],
)

/** Who has read what; each person has their own. */
export const notificationReads = pgTable(
  'notification_reads',
  {
    notificationId: text('notification_id')
      .notNull()
      .references(() => notifications.id, { onDelete: 'cascade' }),
    readerId: text('reader_id').notNull(),
    readAt: moment('read_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.notificationId, table.readerId] })],
)

/** Addresses of others that are called when something happens. */
export const webhooks = pgTable(
  'webhooks',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    url: text('url').notNull(),
    events: jsonb('events').$type<WebhookEvent[]>().notNull(),
    /** The secret that deliveries are signed with, encrypted. */
    sealedSecret: text('sealed_secret').notNull(),
    enabled: boolean('enabled').notNull(),
    /** Why the product switched it off; null when it is on, or a person did. */
    disabledBecause: text('disabled_because'),
    /** Failed attempts since the last success. */
    failuresInRow: integer('failures_in_row').notNull().default(0),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [index('webhooks_by_workspace').on(table.workspaceId, table.id)],
)

/** One event on its way to one webhook. A row that is pending is the queue. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: text('id').primaryKey(),
    webhookId: text('webhook_id')
      .notNull()
      .references(() => webhooks.id, { onDelete: 'cascade' }),
    workspaceId: text('workspace_id').notNull(),
    type: text('type').notNull(),
    /** What is sent; the same bytes at every attempt. */
    body: text('body').notNull(),
    state: text('state').$type<DeliveryState>().notNull(),
    /** Attempts so far. */
    attempts: integer('attempts').notNull().default(0),
    triesLeft: integer('tries_left').notNull(),
    /** When it is tried next. Set ahead while it is tried, so that the attempt of a process that died is repeated. */
    nextAt: moment('next_at').notNull(),
    createdAt: moment('created_at').notNull(),
    finishedAt: moment('finished_at'),
  },
  (table) => [
    index('webhook_deliveries_by_webhook').on(table.webhookId, table.id),
    index('webhook_deliveries_due')
      .on(table.nextAt)
      .where(sql`${table.state} = 'pending'`),
  ],
)

/** What came of each attempt to deliver. */
export const webhookAttempts = pgTable(
  'webhook_attempts',
  {
    deliveryId: text('delivery_id')
      .notNull()
      .references(() => webhookDeliveries.id, { onDelete: 'cascade' }),
    attempt: integer('attempt').notNull(),
    /** HTTP status; null when there was no answer. */
    status: integer('status'),
    durationMs: integer('duration_ms').notNull(),
    /** Code of the failure when there was no answer. */
    error: text('error'),
    /** The first characters of the answer. */
    answer: text('answer').notNull(),
    at: moment('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.deliveryId, table.attempt] })],
)
