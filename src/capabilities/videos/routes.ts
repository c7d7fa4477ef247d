import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { checkStoryboard } from './storyboard/check-storyboard.ts'
import { storyboardJsonSchema } from './storyboard/storyboard.ts'
import { contentHash } from './storyboard/storyboard-hash.ts'

const anyJson = z.record(z.string(), z.unknown())

const schemaRoute = createRoute({
  method: 'get',
  path: '/videos/storyboard-schema',
  operationId: 'getStoryboardSchema',
  summary: 'Get the JSON Schema of storyboards',
  middleware: [requirePermission('media.read')] as const,
  responses: {
    200: { description: 'The schema, draft 2020-12', content: { 'application/json': { schema: anyJson } } },
    ...problemResponses(),
  },
})

const checkRoute = createRoute({
  method: 'post',
  path: '/videos/storyboard-checks',
  operationId: 'checkStoryboard',
  summary: 'Check a storyboard without making anything from it',
  middleware: [requirePermission('media.read')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: anyJson } } } },
  responses: {
    200: {
      description: 'The storyboard with its defaults filled in, and its name by content',
      content: { 'application/json': { schema: z.object({ sha256: z.string(), storyboard: anyJson }) } },
    },
    ...problemResponses(422),
  },
})

/** The storyboard's schema and check, to be mounted under /api/v1. */
export function storyboardRoutes(): OpenAPIHono<HttpEnv> {
  const schema = storyboardJsonSchema()
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(schemaRoute, (c) => c.json(schema, 200))
    .openapi(checkRoute, (c) => {
      const storyboard = checkStoryboard(c.req.valid('json'))
      return c.json({ sha256: contentHash(storyboard), storyboard }, 200)
    })
}
