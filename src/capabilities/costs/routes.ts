import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Db } from '../../platform/db/client.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { loadPrices, priceSchema } from './price.ts'
import { costSummarySchema, summarizeCosts } from './summarize-costs.ts'

const summaryRoute = createRoute({
  method: 'get',
  path: '/costs/summary',
  operationId: 'summarizeCosts',
  summary: 'What was used and what it cost, by day and kind',
  middleware: [requirePermission('costs.read')] as const,
  request: { query: z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() }) },
  responses: {
    200: { description: 'The summary', content: { 'application/json': { schema: costSummarySchema } } },
    ...problemResponses(422),
  },
})

const pricesRoute = createRoute({
  method: 'get',
  path: '/costs/prices',
  operationId: 'listPrices',
  summary: 'The price table, with dates and sources',
  middleware: [requirePermission('costs.read')] as const,
  responses: {
    200: {
      description: 'The price table',
      content: {
        'application/json': {
          schema: z.object({ version: z.string(), currency: z.string(), prices: z.array(priceSchema) }),
        },
      },
    },
    ...problemResponses(),
  },
})

/** Routes of costs, to be mounted under /api/v1. */
export function costRoutes(deps: { db: Db }): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(summaryRoute, async (c) => {
      return c.json(await summarizeCosts(deps, { actor: c.var.actor, ...c.req.valid('query') }), 200)
    })
    .openapi(pricesRoute, (c) => c.json(loadPrices(), 200))
}
