import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Db } from '../../platform/db/client.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { pageOf, pageQuery } from '../../platform/http/pagination.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { auditEntrySchema } from './audit-entry.ts'
import { searchAudit } from './search-audit.ts'

const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .openapi({ type: 'string', format: 'date-time' })

const searchRoute = createRoute({
  method: 'get',
  path: '/audit',
  operationId: 'searchAudit',
  summary: 'Search who did what',
  description: 'The trail of the workspace, newest first.',
  middleware: [requirePermission('audit.read')] as const,
  request: {
    query: pageQuery.extend({
      action: z
        .string()
        .max(100)
        .optional()
        .openapi({ description: 'Exact, or an area with a dot: `member.`' }),
      actorId: z.string().max(100).optional(),
      subjectId: z.string().max(100).optional(),
      text: z
        .string()
        .max(200)
        .optional()
        .openapi({ description: 'Words in the action, the ids or the detail' }),
      from: moment.optional(),
      to: moment.optional(),
    }),
  },
  responses: {
    200: {
      description: 'A page of the trail',
      content: { 'application/json': { schema: pageOf(auditEntrySchema) } },
    },
    ...problemResponses(),
  },
})

/** `GET /audit`. */
export function auditRoutes(deps: { db: Db }): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>().openapi(searchRoute, async (c) =>
    c.json(await searchAudit(deps.db, { actor: c.var.actor, ...c.req.valid('query') }), 200),
  )
}
