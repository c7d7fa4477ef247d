import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { etagOf, requireIfMatch } from '../../../platform/http/etag.ts'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { idempotent } from '../../../platform/http/idempotent.ts'
import { pageOf, pageQuery } from '../../../platform/http/pagination.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import { ifMatchHeader, jsonBody, reason } from '../flag-requests.ts'
import {
  experimentDefinitionSchema,
  experimentKeySchema,
  experimentSchema,
  experimentStates,
} from './experiment.ts'
import {
  createExperiment,
  type ExperimentDeps,
  getExperiment,
  listExperiments,
  updateExperiment,
} from './keep-experiments.ts'
import { startExperiment, stopExperiment } from './run-experiment.ts'

const params = z.object({ key: z.string().max(100).openapi({ example: 'hooks.question-first' }) })
const experimentAnswer = {
  description: 'The experiment',
  headers: z.object({ etag: z.string() }),
  content: { 'application/json': { schema: experimentSchema } },
}

const listRoute = createRoute({
  method: 'get',
  path: '/experiments',
  operationId: 'listExperiments',
  summary: 'List experiments, newest first',
  middleware: [requirePermission('experiments.read')] as const,
  request: { query: pageQuery.extend({ state: z.enum(experimentStates).optional() }) },
  responses: {
    200: {
      description: 'Experiments',
      content: { 'application/json': { schema: pageOf(experimentSchema) } },
    },
    ...problemResponses(),
  },
})

const createExperimentRoute = createRoute({
  method: 'post',
  path: '/experiments',
  operationId: 'createExperiment',
  summary: 'Plan an experiment',
  middleware: [requirePermission('experiments.write'), idempotent()] as const,
  request: {
    body: jsonBody(z.strictObject({ key: experimentKeySchema, definition: experimentDefinitionSchema })),
  },
  responses: { 201: experimentAnswer, ...problemResponses(409, 422) },
})

const getRoute = createRoute({
  method: 'get',
  path: '/experiments/{key}',
  operationId: 'getExperiment',
  summary: 'Get an experiment',
  middleware: [requirePermission('experiments.read')] as const,
  request: { params },
  responses: { 200: experimentAnswer, ...problemResponses(404) },
})

const updateRoute = createRoute({
  method: 'put',
  path: '/experiments/{key}',
  operationId: 'updateExperiment',
  summary: 'Change the plan of an experiment that has not been started',
  middleware: [requirePermission('experiments.write')] as const,
  request: {
    params,
    headers: ifMatchHeader,
    body: jsonBody(z.strictObject({ definition: experimentDefinitionSchema })),
  },
  responses: { 200: experimentAnswer, ...problemResponses(404, 409, 412, 422, 428) },
})

const startRoute = createRoute({
  method: 'post',
  path: '/experiments/{key}/start',
  operationId: 'startExperiment',
  summary: 'Start an experiment',
  middleware: [requirePermission('experiments.write')] as const,
  request: { params, headers: ifMatchHeader },
  responses: { 200: experimentAnswer, ...problemResponses(404, 409, 412, 422, 428) },
})

const stopRoute = createRoute({
  method: 'post',
  path: '/experiments/{key}/stop',
  operationId: 'stopExperiment',
  summary: 'Stop an experiment, and serve the winner to everybody if one is named',
  middleware: [requirePermission('experiments.write')] as const,
  request: {
    params,
    headers: ifMatchHeader,
    body: jsonBody(z.strictObject({ reason, winner: z.string().max(50).optional() })),
  },
  responses: { 200: experimentAnswer, ...problemResponses(404, 409, 412, 422, 428) },
})

/** Routes that plan and run experiments, to be mounted under /api/v1. */
export function experimentRoutes(deps: ExperimentDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) =>
      c.json(await listExperiments(deps, { actor: c.var.actor, ...c.req.valid('query') }), 200),
    )
    .openapi(createExperimentRoute, async (c) => {
      const made = await createExperiment(deps, { actor: c.var.actor, ...c.req.valid('json') })
      const location = `/api/v1/experiments/${made.key}`
      return c.json(made, 201, { etag: etagOf(made.version), location })
    })
    .openapi(getRoute, async (c) => {
      const found = await getExperiment(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.json(found, 200, { etag: etagOf(found.version) })
    })
    .openapi(updateRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = { ...c.req.valid('param'), ...c.req.valid('json') }
      const changed = await updateExperiment(deps, { actor: c.var.actor, version, ...change })
      return c.json(changed, 200, { etag: etagOf(changed.version) })
    })
    .openapi(startRoute, async (c) => {
      const version = requireIfMatch(c)
      const started = await startExperiment(deps, { actor: c.var.actor, version, ...c.req.valid('param') })
      return c.json(started, 200, { etag: etagOf(started.version) })
    })
    .openapi(stopRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = { ...c.req.valid('param'), ...c.req.valid('json') }
      const stopped = await stopExperiment(deps, { actor: c.var.actor, version, ...change })
      return c.json(stopped, 200, { etag: etagOf(stopped.version) })
    })
}
