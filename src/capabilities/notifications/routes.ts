import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Db } from '../../platform/db/client.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { pageOf, pageQuery } from '../../platform/http/pagination.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { listNotifications } from './list-notifications.ts'
import { markAllRead, markRead } from './mark-read.ts'
import { notificationSchema } from './notification.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/notifications',
  operationId: 'listNotifications',
  summary: 'List your notifications, newest first',
  middleware: [requirePermission('notifications.read')] as const,
  request: { query: pageQuery.extend({ unread: z.enum(['true', 'false']).optional() }) },
  responses: {
    200: {
      description: 'Notifications',
      content: {
        'application/json': { schema: pageOf(notificationSchema).extend({ unreadCount: z.int() }) },
      },
    },
    ...problemResponses(),
  },
})

const readRoute = createRoute({
  method: 'post',
  path: '/notifications/{notificationId}/read',
  operationId: 'readNotification',
  summary: 'Mark a notification as read',
  middleware: [requirePermission('notifications.write')] as const,
  request: { params: z.object({ notificationId: z.string().max(100) }) },
  responses: { 204: { description: 'It is read' }, ...problemResponses(404) },
})

const readAllRoute = createRoute({
  method: 'post',
  path: '/notifications/read-all',
  operationId: 'readAllNotifications',
  summary: 'Mark all notifications as read',
  middleware: [requirePermission('notifications.write')] as const,
  responses: {
    200: {
      description: 'How many were unread',
      content: { 'application/json': { schema: z.object({ marked: z.int() }) } },
    },
    ...problemResponses(),
  },
})

/** Routes of notifications, to be mounted under /api/v1. */
export function notificationRoutes(deps: { db: Db }): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) => {
      const { unread, ...page } = c.req.valid('query')
      return c.json(
        await listNotifications(deps, { actor: c.var.actor, unreadOnly: unread === 'true', ...page }),
        200,
      )
    })
    .openapi(readRoute, async (c) => {
      await markRead(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.body(null, 204)
    })
    .openapi(readAllRoute, async (c) => {
      return c.json({ marked: await markAllRead(deps, { actor: c.var.actor }) }, 200)
    })
}
