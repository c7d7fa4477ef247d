import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { idempotent } from '../../platform/http/idempotent.ts'
import { pageOf, pageQuery } from '../../platform/http/pagination.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { shareReads } from '../../platform/http/share-reads.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { languageSchema, transcriptTextSchema } from '../media/index.ts'
import { getProduction, type ShowDeps } from './get-production.ts'
import { listProductions } from './list-productions.ts'
import { productionSchema, productionTitleSchema } from './production.ts'
import { startProduction } from './start-production.ts'

const started = z
  .object({ id: z.string(), runId: z.string(), assetId: z.string() })
  .openapi('StartedProduction')

const startRoute = createRoute({
  method: 'post',
  path: '/productions',
  summary: 'Process a recording',
  description: 'Queues the work and answers at once; follow it by the run or the stream of events.',
  middleware: [requirePermission('productions.write'), idempotent()] as const,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            assetId: z.string().max(100),
            title: productionTitleSchema.optional(),
            script: transcriptTextSchema
              .optional()
              .openapi({ description: 'What is said in it: then it gets a transcript and captions.' }),
            language: languageSchema.optional(),
          }),
        },
      },
    },
  },
  responses: {
    202: { description: 'Queued', content: { 'application/json': { schema: started } } },
    ...problemResponses(404, 409, 422),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/productions',
  summary: 'List productions, newest first',
  middleware: [requirePermission('productions.read')] as const,
  request: { query: pageQuery.extend({ assetId: z.string().max(100).optional() }) },
  responses: {
    200: {
      description: 'Productions',
      content: { 'application/json': { schema: pageOf(productionSchema) } },
    },
    ...problemResponses(),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/productions/{productionId}',
  summary: 'Get a production with its results',
  middleware: [requirePermission('productions.read')] as const,
  request: { params: z.object({ productionId: z.string().max(100) }) },
  responses: {
    200: { description: 'The production', content: { 'application/json': { schema: productionSchema } } },
    ...problemResponses(404),
  },
})

/** Routes of productions, to be mounted under /api/v1. */
export function productionRoutes(deps: ShowDeps): OpenAPIHono<HttpEnv> {
  const share = shareReads()
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(startRoute, async (c) => {
      const production = await startProduction(deps, { actor: c.var.actor, ...c.req.valid('json') })
      return c.json(production, 202, { location: `/api/v1/productions/${production.id}` })
    })
    .openapi(listRoute, (c) =>
      share(c, () => listProductions(deps, { actor: c.var.actor, ...c.req.valid('query') })),
    )
    .openapi(getRoute, (c) =>
      share(c, () => getProduction(deps, { actor: c.var.actor, ...c.req.valid('param') })),
    )
}
