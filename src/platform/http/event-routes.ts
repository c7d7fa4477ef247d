import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { eventStream, type EventStreamDeps } from './event-stream.ts'
import type { HttpEnv } from './http-env.ts'
import { requirePermission } from './permission.ts'
import { problemResponses } from './problem-responses.ts'
import type { Authenticate } from './require-actor.ts'

export type EventRoutesDeps = Pick<EventStreamDeps, 'listAfter' | 'subscribe'> & {
  authenticate: Authenticate
  /** Ends every stream, so that the server can stop at once. */
  stopping?: AbortSignal
  /** Default 15 s: short enough for proxies that cut silent connections after 30 s. */
  heartbeatMs?: number
}

const followRoute = createRoute({
  method: 'get',
  path: '/events',
  operationId: 'followEvents',
  summary: 'Follow what happens in the workspace',
  description:
    'Server-sent events; each `data` is JSON with `type`, `subjectId`, `data`, `at` and `seq`. After a break, ' +
    'Last-Event-ID (sent by browsers themselves) replays what was missed. Progress ticks have no id and are not replayed.',
  middleware: [requirePermission('runs.read')] as const,
  request: {
    headers: z.object({ 'last-event-id': z.coerce.number().int().min(0).optional() }),
    query: z.object({
      after: z.coerce
        .number()
        .int()
        .min(0)
        .optional()
        .openapi({ description: 'Like Last-Event-ID, for first calls.' }),
      workspaceId: z
        .string()
        .optional()
        .openapi({ description: 'For callers that cannot send X-Workspace-Id.' }),
    }),
  },
  responses: {
    200: { description: 'An endless stream', content: { 'text/event-stream': { schema: z.string() } } },
    ...problemResponses(),
  },
})

/** `GET /events`. */
export function eventRoutes(deps: EventRoutesDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>().openapi(followRoute, (c) => {
    const { id, workspaceId } = c.var.actor
    const request = c.req.raw
    const afterSeq = c.req.valid('header')['last-event-id'] ?? c.req.valid('query').after
    const signals = [request.signal, ...(deps.stopping ? [deps.stopping] : [])]
    const body = eventStream(
      {
        listAfter: deps.listAfter,
        subscribe: deps.subscribe,
        heartbeatMs: deps.heartbeatMs ?? 15_000,
        signal: AbortSignal.any(signals),
        mayGoOn: async () => {
          const actor = await deps.authenticate(request).catch(() => undefined)
          return actor?.id === id && actor.workspaceId === workspaceId && actor.permissions.has('runs.read')
        },
      },
      { workspaceId, afterSeq },
    )
    return c.newResponse(body, 200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // nginx would otherwise hold the events back.
      'x-accel-buffering': 'no',
    }) as never
  })
}
