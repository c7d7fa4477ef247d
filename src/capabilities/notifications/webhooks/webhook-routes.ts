import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { idempotent } from '../../../platform/http/idempotent.ts'
import { pageOf, pageQuery } from '../../../platform/http/pagination.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import { listDeliveries, pingWebhook, replayDelivery } from './deliveries.ts'
import {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  updateWebhook,
  type WebhookDeps,
} from './keep-webhooks.ts'
import { deliverySchema, deliveryStates, webhookEvents, webhookSchema } from './webhook.ts'

const webhookId = z.string().max(100)
const urlSchema = z.string().trim().min(1).max(2_000)
const eventsSchema = z.array(z.enum(webhookEvents)).min(1).max(100)
const mayRead = requirePermission('webhooks.read')
const mayWrite = requirePermission('webhooks.write')

const listRoute = createRoute({
  method: 'get',
  path: '/webhooks',
  operationId: 'listWebhooks',
  summary: 'List webhooks',
  middleware: [mayRead] as const,
  responses: {
    200: {
      description: 'All of them',
      content: { 'application/json': { schema: z.object({ items: z.array(webhookSchema) }) } },
    },
    ...problemResponses(),
  },
})

const createWebhookRoute = createRoute({
  method: 'post',
  path: '/webhooks',
  operationId: 'createWebhook',
  summary: 'Have an address called when something happens',
  description:
    'Deliveries are POSTs of JSON, signed with the secret in the answer, which is shown only once. See docs/webhooks.md for how to check the signature.',
  middleware: [mayWrite, idempotent({ forget: ['secret'] })] as const,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            url: urlSchema,
            events: eventsSchema.optional().openapi({ description: 'Default: all.' }),
          }),
        },
      },
    },
  },
  responses: {
    201: {
      description: 'Created',
      content: {
        'application/json': {
          schema: webhookSchema.extend({
            secret: z
              .string()
              .openapi({ description: 'whsec_…; null when an Idempotency-Key repeats the request.' }),
          }),
        },
      },
    },
    ...problemResponses(409, 422),
  },
})

const updateRoute = createRoute({
  method: 'patch',
  path: '/webhooks/{webhookId}',
  operationId: 'updateWebhook',
  summary: 'Change a webhook, or switch it on or off',
  middleware: [mayWrite] as const,
  request: {
    params: z.object({ webhookId }),
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            url: urlSchema.optional(),
            events: eventsSchema.optional(),
            enabled: z.boolean().optional(),
          }),
        },
      },
    },
  },
  responses: {
    200: { description: 'Changed', content: { 'application/json': { schema: webhookSchema } } },
    ...problemResponses(404, 422),
  },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/webhooks/{webhookId}',
  operationId: 'deleteWebhook',
  summary: 'Delete a webhook with its deliveries',
  middleware: [mayWrite] as const,
  request: { params: z.object({ webhookId }) },
  responses: { 204: { description: 'Gone' }, ...problemResponses(404) },
})

const deliveriesRoute = createRoute({
  method: 'get',
  path: '/webhooks/{webhookId}/deliveries',
  operationId: 'listWebhookDeliveries',
  summary: 'List deliveries with every attempt, newest first',
  middleware: [mayRead] as const,
  request: {
    params: z.object({ webhookId }),
    query: pageQuery.extend({ state: z.enum(deliveryStates).optional() }),
  },
  responses: {
    200: { description: 'A page', content: { 'application/json': { schema: pageOf(deliverySchema) } } },
    ...problemResponses(404),
  },
})

const deliveryAnswer = {
  description: 'The delivery, which waits to be sent',
  content: { 'application/json': { schema: deliverySchema } },
}

const replayRoute = createRoute({
  method: 'post',
  path: '/webhooks/{webhookId}/deliveries/{deliveryId}/replay',
  operationId: 'replayWebhookDelivery',
  summary: 'Send a delivery again, under the same id',
  middleware: [mayWrite] as const,
  request: { params: z.object({ webhookId, deliveryId: z.string().max(100) }) },
  responses: { 202: deliveryAnswer, ...problemResponses(404) },
})

const pingRoute = createRoute({
  method: 'post',
  path: '/webhooks/{webhookId}/ping',
  operationId: 'pingWebhook',
  summary: 'Send a test to a webhook, once',
  middleware: [mayWrite] as const,
  request: { params: z.object({ webhookId }) },
  responses: { 202: deliveryAnswer, ...problemResponses(404) },
})

/** `/webhooks`, to be mounted under /api/v1. */
export function webhookRoutes(deps: WebhookDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) => c.json({ items: await listWebhooks(deps, { actor: c.var.actor }) }, 200))
    .openapi(createWebhookRoute, async (c) =>
      c.json(await createWebhook(deps, { actor: c.var.actor, ...c.req.valid('json') }), 201),
    )
    .openapi(updateRoute, async (c) => {
      const wish = { ...c.req.valid('param'), ...c.req.valid('json') }
      return c.json(await updateWebhook(deps, { actor: c.var.actor, ...wish }), 200)
    })
    .openapi(deleteRoute, async (c) => {
      await deleteWebhook(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.body(null, 204)
    })
    .openapi(deliveriesRoute, async (c) => {
      const wish = { ...c.req.valid('param'), ...c.req.valid('query') }
      return c.json(await listDeliveries(deps, { actor: c.var.actor, ...wish }), 200)
    })
    .openapi(replayRoute, async (c) =>
      c.json(await replayDelivery(deps, { actor: c.var.actor, ...c.req.valid('param') }), 202),
    )
    .openapi(pingRoute, async (c) =>
      c.json(await pingWebhook(deps, { actor: c.var.actor, ...c.req.valid('param') }), 202),
    )
}
