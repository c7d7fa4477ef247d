import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { idempotent } from '../../platform/http/idempotent.ts'
import { pageOf, pageQuery } from '../../platform/http/pagination.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { apiKeySchema } from './api-key.ts'
import { createApiKey } from './create-api-key.ts'
import { listApiKeys } from './list-api-keys.ts'
import { permissions } from './permissions.ts'
import { revokeApiKey } from './revoke-api-key.ts'
import type { IdentityRoutesDeps } from './routes.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/api-keys',
  operationId: 'listApiKeys',
  summary: 'List API keys',
  middleware: [requirePermission('apiKeys.read')] as const,
  request: { query: pageQuery },
  responses: {
    200: { description: 'A page', content: { 'application/json': { schema: pageOf(apiKeySchema) } } },
    ...problemResponses(),
  },
})

const createKeyRoute = createRoute({
  method: 'post',
  path: '/api-keys',
  operationId: 'createApiKey',
  summary: 'Create an API key',
  description:
    'The answer has the whole key, which is shown only once. A key never does more than your role allows.',
  middleware: [requirePermission('apiKeys.write'), idempotent({ forget: ['key'] })] as const,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({
            name: z.string().trim().min(1).max(100),
            scopes: z.array(z.enum(permissions)).min(1).max(permissions.length),
            expiresAt: z.iso
              .datetime({ offset: true })
              .optional()
              .openapi({ description: 'Default: never.' }),
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
          schema: apiKeySchema.extend({
            key: z
              .string()
              .openapi({ description: 'cok_…; null when an Idempotency-Key repeats the request.' }),
          }),
        },
      },
    },
    ...problemResponses(409, 422),
  },
})

const revokeRoute = createRoute({
  method: 'delete',
  path: '/api-keys/{id}',
  operationId: 'revokeApiKey',
  summary: 'Revoke an API key',
  middleware: [requirePermission('apiKeys.write')] as const,
  request: { params: z.object({ id: z.string().max(100) }) },
  responses: { 204: { description: 'Revoked' }, ...problemResponses(404) },
})

/** `/api-keys`. */
export function apiKeyRoutes(deps: IdentityRoutesDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>()
    .openapi(listRoute, async (c) =>
      c.json(await listApiKeys(deps.db, c.var.actor, c.req.valid('query')), 200),
    )
    .openapi(createKeyRoute, async (c) => {
      const { expiresAt, ...rest } = c.req.valid('json')
      const made = await createApiKey(deps, {
        actor: c.var.actor,
        ...rest,
        ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
      })
      return c.json(made, 201)
    })
    .openapi(revokeRoute, async (c) => {
      await revokeApiKey(deps, { actor: c.var.actor, keyId: c.req.valid('param').id })
      return c.body(null, 204)
    })
}
