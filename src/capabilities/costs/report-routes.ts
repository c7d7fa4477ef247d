import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { stream } from 'hono/streaming'
import type { Db } from '../../platform/db/client.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { pageOf, pageQuery } from '../../platform/http/pagination.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { forecastCosts, forecastSchema } from './forecast-costs.ts'
import { costEntrySchema, entriesCsv, listEntries } from './list-entries.ts'
import { costGroups, costReportSchema, reportCosts } from './report-costs.ts'
import { costResultsSchema, type ListResults, reportResults } from './report-results.ts'
import { type MeasureStorage, reportStorage, storageCostsSchema } from './storage-costs.ts'
import { suggestionSchema, suggestSavings } from './suggest-savings.ts'
import { costSummarySchema, summarizeCosts } from './summarize-costs.ts'

const range = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() })
const mayRead = requirePermission('costs.read')
const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const summaryRoute = createRoute({
  method: 'get',
  path: '/costs/summary',
  operationId: 'summarizeCosts',
  summary: 'What was used and what it cost, by day and kind',
  middleware: [mayRead] as const,
  request: { query: range },
  responses: { 200: json(costSummarySchema, 'The summary'), ...problemResponses(422) },
})

const reportRoute = createRoute({
  method: 'get',
  path: '/costs/report',
  operationId: 'reportCosts',
  summary: 'What a range of days cost, broken down by topic, model, item, …',
  middleware: [mayRead] as const,
  request: { query: range.extend({ by: z.enum(costGroups).default('day') }) },
  responses: { 200: json(costReportSchema, 'The report'), ...problemResponses(422) },
})

const entriesRoute = createRoute({
  method: 'get',
  path: '/costs/entries',
  operationId: 'listCostEntries',
  summary: 'The ledger, newest first',
  middleware: [mayRead] as const,
  request: { query: pageQuery.extend(range.shape).extend({ subjectId: z.string().max(200).optional() }) },
  responses: { 200: json(pageOf(costEntrySchema), 'A page'), ...problemResponses(422) },
})

const csvRoute = createRoute({
  method: 'get',
  path: '/costs/entries.csv',
  operationId: 'exportCostEntries',
  summary: 'The ledger as CSV',
  middleware: [mayRead] as const,
  request: { query: range },
  responses: {
    200: { description: 'The file', content: { 'text/csv': { schema: z.string() } } },
    ...problemResponses(422),
  },
})

const forecastRoute = createRoute({
  method: 'get',
  path: '/costs/forecast',
  operationId: 'forecastCosts',
  summary: 'What this month will have cost',
  middleware: [mayRead] as const,
  responses: { 200: json(forecastSchema, 'The forecast'), ...problemResponses() },
})

const suggestionsRoute = createRoute({
  method: 'get',
  path: '/costs/suggestions',
  operationId: 'suggestSavings',
  summary: 'What could cost less',
  middleware: [mayRead] as const,
  responses: {
    200: json(z.object({ items: z.array(suggestionSchema) }), 'Largest first'),
    ...problemResponses(),
  },
})

const resultsRoute = createRoute({
  method: 'get',
  path: '/costs/results',
  operationId: 'reportCostResults',
  summary: 'What each finished video and published post cost',
  middleware: [mayRead] as const,
  request: { query: range },
  responses: { 200: json(costResultsSchema, 'The results'), ...problemResponses(422) },
})

const storageRoute = createRoute({
  method: 'get',
  path: '/costs/storage',
  operationId: 'reportStorageCosts',
  summary: 'What storing files costs, and what lifecycle rules would save',
  middleware: [mayRead] as const,
  responses: { 200: json(storageCostsSchema, 'The costs'), ...problemResponses() },
})

export type ReportRouteDeps = {
  db: Db
  now?: () => Date
  listResults: readonly ListResults[]
  measureStorage: MeasureStorage
}

/** The reading side of `/costs`, to be mounted under /api/v1. */
export function costReportRoutes(deps: ReportRouteDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(summaryRoute, async (c) =>
      c.json(await summarizeCosts(deps, { actor: c.var.actor, ...c.req.valid('query') }), 200),
    )
    .openapi(reportRoute, async (c) =>
      c.json(await reportCosts(deps, { actor: c.var.actor, ...c.req.valid('query') }), 200),
    )
    .openapi(entriesRoute, async (c) =>
      c.json(await listEntries(deps, { actor: c.var.actor, ...c.req.valid('query') }), 200),
    )
    .openapi(csvRoute, async (c) => {
      const pieces = entriesCsv(deps, { actor: c.var.actor, ...c.req.valid('query') })
      // The first piece is made before the headers go, so that a refusal is still a problem and not half a file.
      const first = await pieces.next()
      c.header('content-type', 'text/csv; charset=utf-8')
      c.header('content-disposition', 'attachment; filename="costs.csv"')
      return stream(c, async (out) => {
        await out.write(first.value ?? '')
        for await (const piece of pieces) await out.write(piece)
      }) as never
    })
    .openapi(forecastRoute, async (c) => c.json(await forecastCosts(deps, { actor: c.var.actor }), 200))
    .openapi(suggestionsRoute, async (c) => c.json(await suggestSavings(deps, { actor: c.var.actor }), 200))
    .openapi(resultsRoute, async (c) =>
      c.json(await reportResults(deps, { actor: c.var.actor, ...c.req.valid('query') }), 200),
    )
    .openapi(storageRoute, async (c) => c.json(await reportStorage(deps, { actor: c.var.actor }), 200))
}
