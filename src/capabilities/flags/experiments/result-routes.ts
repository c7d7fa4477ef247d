import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import { jsonBody } from '../flag-requests.ts'
import { assignUnit } from './assign-unit.ts'
import type { ExperimentDeps } from './keep-experiments.ts'
import { outcomeSchema, recordOutcomes } from './record-outcomes.ts'
import { reportExperiment, seriesOfExperiment } from './report-experiment.ts'
import { reportSchema, toReport } from './report-schema.ts'
import { powerForProportions, unitsForProportions } from './statistics/sample-size.ts'

const params = z.object({ key: z.string().max(100).openapi({ example: 'hooks.question-first' }) })

const outcomesRoute = createRoute({
  method: 'post',
  path: '/experiments/outcomes',
  operationId: 'recordOutcomes',
  summary: 'Record what happened to units; the same id twice counts once',
  middleware: [requirePermission('experiments.write')] as const,
  request: { body: jsonBody(z.strictObject({ outcomes: z.array(outcomeSchema).min(1).max(1_000) })) },
  responses: {
    200: {
      description: 'How many were new',
      content: { 'application/json': { schema: z.object({ recorded: z.int(), repeated: z.int() }) } },
    },
    ...problemResponses(422),
  },
})

const sampleSizeRoute = createRoute({
  method: 'get',
  path: '/experiments/sample-size',
  operationId: 'planSampleSize',
  summary: 'Say how many units a rate needs to show a difference',
  middleware: [requirePermission('experiments.read')] as const,
  request: {
    query: z.object({
      baseline: z.coerce.number().gt(0).lt(1).openapi({ description: 'The rate today.', example: 0.3 }),
      target: z.coerce.number().gt(0).lt(1).openapi({ description: 'The rate to be seen.', example: 0.35 }),
      power: z.coerce.number().min(0.5).max(0.99).default(0.8).openapi({ type: 'number' }),
    }),
  },
  responses: {
    200: {
      description: 'Units in each variant, and the power at half and at twice as many',
      content: {
        'application/json': {
          schema: z.object({ units: z.int(), powerAtHalf: z.number(), powerAtTwice: z.number() }),
        },
      },
    },
    ...problemResponses(422),
  },
})

const assignRoute = createRoute({
  method: 'post',
  path: '/experiments/{key}/assign',
  operationId: 'assignUnit',
  summary: 'Give a unit its variant and count the exposure',
  middleware: [requirePermission('experiments.write')] as const,
  request: { params, body: jsonBody(z.strictObject({ unitId: z.string().min(1).max(200) })) },
  responses: {
    200: {
      description: 'The variant, the same for ever; null when the unit takes no part',
      content: {
        'application/json': {
          schema: z.object({
            key: z.string(),
            variant: z.string().nullable(),
            value: z.unknown(),
            isNew: z.boolean(),
          }),
        },
      },
    },
    ...problemResponses(404),
  },
})

const reportRoute = createRoute({
  method: 'get',
  path: '/experiments/{key}/report',
  operationId: 'reportExperiment',
  summary: 'Say what is known of an experiment, with a verdict',
  middleware: [requirePermission('experiments.read')] as const,
  request: { params },
  responses: {
    200: { description: 'The report', content: { 'application/json': { schema: reportSchema } } },
    ...problemResponses(404),
  },
})

const seriesRoute = createRoute({
  method: 'get',
  path: '/experiments/{key}/series',
  operationId: 'seriesOfExperiment',
  summary: 'Show how a metric of an experiment went over time',
  middleware: [requirePermission('experiments.read')] as const,
  request: { params, query: z.object({ metric: z.string().max(100).optional() }) },
  responses: {
    200: {
      description: 'A point for each day and variant, with everything known until then',
      content: {
        'application/json': {
          schema: z.object({
            metric: z.string(),
            points: z.array(
              z.object({
                at: z.iso.datetime(),
                variant: z.string(),
                exposed: z.int(),
                value: z.number().nullable(),
                difference: z.number().nullable(),
                low: z.number().nullable(),
                high: z.number().nullable(),
              }),
            ),
          }),
        },
      },
    },
    ...problemResponses(404),
  },
})

/** Routes that feed and read experiments, to be mounted under /api/v1. */
export function resultRoutes(deps: ExperimentDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(outcomesRoute, async (c) =>
      c.json(await recordOutcomes(deps, { actor: c.var.actor, ...c.req.valid('json') }), 200),
    )
    .openapi(sampleSizeRoute, (c) => {
      const { baseline, target, power } = c.req.valid('query')
      const units = Math.ceil(
        baseline === target ? Infinity : unitsForProportions(baseline, target, { power }),
      )
      // The same rate twice never shows a difference; the largest whole number says so.
      const most = Math.min(units, Number.MAX_SAFE_INTEGER)
      const powerAt = (count: number) => powerForProportions(baseline, target, count)
      return c.json({ units: most, powerAtHalf: powerAt(most / 2), powerAtTwice: powerAt(most * 2) }, 200)
    })
    .openapi(assignRoute, async (c) => {
      const question = { ...c.req.valid('param'), ...c.req.valid('json') }
      const { value, ...rest } = await assignUnit(deps, { actor: c.var.actor, ...question })
      return c.json({ ...rest, value: value as null }, 200)
    })
    .openapi(reportRoute, async (c) => {
      const report = await reportExperiment(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.json(toReport(report), 200)
    })
    .openapi(seriesRoute, async (c) => {
      const question = { ...c.req.valid('param'), ...c.req.valid('query') }
      return c.json(await seriesOfExperiment(deps, { actor: c.var.actor, ...question }), 200)
    })
}
