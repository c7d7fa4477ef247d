import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { budgetPeriods, budgetRules, budgetSchema, budgetScopes } from './budget.ts'
import type { CostDeps } from './cost-deps.ts'
import { estimateCost, estimateSchema } from './estimate-cost.ts'
import { listBudgets, removeBudget, setBudget } from './keep-budgets.ts'
import { listPrices, removePrice, setPrice } from './own-prices.ts'
import { priceConfidences, priceSchema } from './price.ts'

const mayRead = requirePermission('costs.read')
const mayWrite = requirePermission('costs.write')
const name = z.string().trim().min(1).max(200)
const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const body = <S extends z.ZodType>(schema: S) => ({
  required: true,
  content: { 'application/json': { schema } },
})

const listedPrice = priceSchema.extend({ isStale: z.boolean(), isOwn: z.boolean() })

const pricesRoute = createRoute({
  method: 'get',
  path: '/costs/prices',
  operationId: 'listPrices',
  summary: 'The price table, with dates and sources; the workspace’s own prices first',
  middleware: [mayRead] as const,
  responses: {
    200: json(
      z.object({
        version: z.string(),
        currency: z.string(),
        prices: z.array(listedPrice),
        warnings: z.array(z.string()),
      }),
      'The price table',
    ),
    ...problemResponses(),
  },
})

const setPriceRoute = createRoute({
  method: 'put',
  path: '/costs/prices',
  operationId: 'setPrice',
  summary: 'Set a price of the workspace’s own',
  description: 'It goes before the table that ships. Uses in the ledger are never priced again.',
  middleware: [mayWrite] as const,
  request: {
    body: body(
      z.strictObject({
        item: name,
        unit: name,
        costMicros: z.int().min(0),
        per: z.int().min(1).default(1),
        validFrom: z.iso.date().optional(),
        validTo: z.iso.date().nullable().optional(),
        source: name,
        confidence: z.enum(priceConfidences).optional(),
      }),
    ),
  },
  responses: { 200: json(priceSchema, 'The price'), ...problemResponses(422) },
})

const removePriceRoute = createRoute({
  method: 'delete',
  path: '/costs/prices/{priceId}',
  operationId: 'removePrice',
  summary: 'Remove a price of the workspace’s own',
  middleware: [mayWrite] as const,
  request: { params: z.object({ priceId: z.string().max(100) }) },
  responses: { 204: { description: 'Gone' }, ...problemResponses(404) },
})

const estimateRoute = createRoute({
  method: 'post',
  path: '/costs/estimates',
  operationId: 'estimateCost',
  summary: 'What uses would cost, without spending anything',
  middleware: [mayRead] as const,
  request: {
    body: body(
      z.strictObject({
        lines: z
          .array(z.strictObject({ item: name, unit: name, quantity: z.number().min(0) }))
          .min(1)
          .max(100),
      }),
    ),
  },
  responses: { 200: json(estimateSchema, 'The estimate'), ...problemResponses(422) },
})

const budgetsRoute = createRoute({
  method: 'get',
  path: '/costs/budgets',
  operationId: 'listBudgets',
  summary: 'Budgets, with what is spent and left',
  middleware: [mayRead] as const,
  responses: { 200: json(z.object({ items: z.array(budgetSchema) }), 'All of them'), ...problemResponses() },
})

const setBudgetRoute = createRoute({
  method: 'put',
  path: '/costs/budgets',
  operationId: 'setBudget',
  summary: 'Set the budget of a scope and period',
  middleware: [mayWrite] as const,
  request: {
    body: body(
      z.strictObject({
        scope: z.enum(budgetScopes),
        scopeId: z.string().trim().max(200).optional(),
        period: z.enum(budgetPeriods),
        limitMicros: z.int().min(0),
        warnPercents: z.array(z.number().positive().max(1_000)).max(10).optional(),
        rule: z.enum(budgetRules).optional(),
        version: z.int().min(0).optional().openapi({
          description: 'The version you changed, 0 for a new one; a newer one is not overwritten.',
        }),
      }),
    ),
  },
  responses: { 200: json(budgetSchema, 'The budget'), ...problemResponses(412, 422) },
})

const removeBudgetRoute = createRoute({
  method: 'delete',
  path: '/costs/budgets/{budgetId}',
  operationId: 'removeBudget',
  summary: 'Remove a budget',
  middleware: [mayWrite] as const,
  request: { params: z.object({ budgetId: z.string().max(100) }) },
  responses: { 204: { description: 'Gone' }, ...problemResponses(404) },
})

/** Prices, estimates and budgets, to be mounted under /api/v1. */
export function costRoutes(deps: CostDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(pricesRoute, async (c) => c.json(await listPrices(deps, { actor: c.var.actor }), 200))
    .openapi(setPriceRoute, async (c) =>
      c.json(await setPrice(deps, { actor: c.var.actor, ...c.req.valid('json') }), 200),
    )
    .openapi(removePriceRoute, async (c) => {
      await removePrice(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.body(null, 204)
    })
    .openapi(estimateRoute, async (c) => {
      const { workspaceId } = c.var.actor
      return c.json(await estimateCost(deps, { workspaceId, ...c.req.valid('json') }), 200)
    })
    .openapi(budgetsRoute, async (c) => c.json(await listBudgets(deps, { actor: c.var.actor }), 200))
    .openapi(setBudgetRoute, async (c) =>
      c.json(await setBudget(deps, { actor: c.var.actor, ...c.req.valid('json') }), 200),
    )
    .openapi(removeBudgetRoute, async (c) => {
      await removeBudget(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.body(null, 204)
    })
}
