import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { idempotent } from '../../platform/http/idempotent.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { explainEvaluation } from './explain-evaluation.ts'
import {
  changeBody,
  createBody,
  evaluateBody,
  flagAnswer,
  flagParams,
  ifMatchHeader,
  jsonBody,
  reason,
  rollBackBody,
  switchBody,
} from './flag-requests.ts'
import { type Environment, evaluationSchema, flagSchema, flagVersionSchema } from './flag.ts'
import { type FlagDeps, getFlag, listFlags, listFlagVersions } from './read-flags.ts'
import { removeFlag, setFlag } from './set-flag.ts'
import { reportStaleFlags, staleFlagSchema } from './report-stale-flags.ts'
import { rollBackFlag, switchFlag } from './switch-flag.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/flags',
  operationId: 'listFlags',
  summary: 'List flags, by key',
  middleware: [requirePermission('flags.read')] as const,
  responses: {
    200: {
      description: 'Flags of the product and of this workspace',
      content: { 'application/json': { schema: z.object({ items: z.array(flagSchema) }) } },
    },
    ...problemResponses(),
  },
})

const staleRoute = createRoute({
  method: 'get',
  path: '/flags/stale',
  operationId: 'listStaleFlags',
  summary: 'List flags that have done their work',
  middleware: [requirePermission('flags.read')] as const,
  responses: {
    200: {
      description: 'The stalest first',
      content: { 'application/json': { schema: z.object({ items: z.array(staleFlagSchema) }) } },
    },
    ...problemResponses(),
  },
})

const createFlagRoute = createRoute({
  method: 'post',
  path: '/flags',
  operationId: 'createFlag',
  summary: 'Make a flag',
  middleware: [requirePermission('flags.write'), idempotent()] as const,
  request: { body: jsonBody(createBody) },
  responses: { 201: flagAnswer, ...problemResponses(409, 422) },
})

const getRoute = createRoute({
  method: 'get',
  path: '/flags/{key}',
  operationId: 'getFlag',
  summary: 'Get a flag',
  middleware: [requirePermission('flags.read')] as const,
  request: { params: flagParams },
  responses: { 200: flagAnswer, ...problemResponses(404) },
})

const changeRoute = createRoute({
  method: 'put',
  path: '/flags/{key}',
  operationId: 'changeFlag',
  summary: 'Change a flag',
  middleware: [requirePermission('flags.write')] as const,
  request: { params: flagParams, headers: ifMatchHeader, body: jsonBody(changeBody) },
  responses: { 200: flagAnswer, ...problemResponses(404, 409, 412, 422, 428) },
})

const removeRoute = createRoute({
  method: 'delete',
  path: '/flags/{key}',
  operationId: 'removeFlag',
  summary: 'Remove a flag; one of the product goes back to how it was shipped',
  middleware: [requirePermission('flags.write')] as const,
  request: { params: flagParams, headers: ifMatchHeader, query: z.object({ reason: reason.optional() }) },
  responses: { 204: { description: 'Removed' }, ...problemResponses(404, 409, 412, 428) },
})

const switchRoute = createRoute({
  method: 'post',
  path: '/flags/{key}/switch',
  operationId: 'switchFlag',
  summary: 'Switch a flag on, or off for everybody at once (the kill switch)',
  middleware: [requirePermission('flags.write')] as const,
  request: { params: flagParams, body: jsonBody(switchBody) },
  responses: { 200: flagAnswer, ...problemResponses(404, 409) },
})

const versionsRoute = createRoute({
  method: 'get',
  path: '/flags/{key}/versions',
  operationId: 'listFlagVersions',
  summary: 'List the forms of a flag, newest first',
  middleware: [requirePermission('flags.read')] as const,
  request: { params: flagParams },
  responses: {
    200: {
      description: 'The last hundred',
      content: { 'application/json': { schema: z.object({ items: z.array(flagVersionSchema) }) } },
    },
    ...problemResponses(404),
  },
})

const rollBackRoute = createRoute({
  method: 'post',
  path: '/flags/{key}/rollback',
  operationId: 'rollBackFlag',
  summary: 'Make an earlier form of a flag the current one again',
  middleware: [requirePermission('flags.write')] as const,
  request: { params: flagParams, headers: ifMatchHeader, body: jsonBody(rollBackBody) },
  responses: { 200: flagAnswer, ...problemResponses(404, 409, 412, 422, 428) },
})

const evaluateRoute = createRoute({
  method: 'post',
  path: '/flags/{key}/evaluate',
  operationId: 'evaluateFlag',
  summary: 'Say what a flag serves to somebody, and why',
  middleware: [requirePermission('flags.read')] as const,
  request: { params: flagParams, body: jsonBody(evaluateBody) },
  responses: {
    200: { description: 'What is served', content: { 'application/json': { schema: evaluationSchema } } },
    ...problemResponses(404),
  },
})

/** Routes of flags, to be mounted under /api/v1. */
export function flagRoutes(deps: FlagDeps & { environment: Environment }): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) => c.json({ items: await listFlags(deps, { actor: c.var.actor }) }, 200))
    .openapi(staleRoute, async (c) =>
      c.json({ items: await reportStaleFlags(deps, { actor: c.var.actor }) }, 200),
    )
    .openapi(createFlagRoute, async (c) => {
      const flag = await setFlag(deps, { actor: c.var.actor, ...c.req.valid('json') })
      return c.json(flag, 201, { etag: etagOf(flag.version), location: `/api/v1/flags/${flag.key}` })
    })
    .openapi(getRoute, async (c) => {
      const flag = await getFlag(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.json(flag, 200, { etag: etagOf(flag.version) })
    })
    .openapi(changeRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = { ...c.req.valid('param'), ...c.req.valid('json') }
      const flag = await setFlag(deps, { actor: c.var.actor, version, ...change })
      return c.json(flag, 200, { etag: etagOf(flag.version) })
    })
    .openapi(removeRoute, async (c) => {
      const version = requireIfMatch(c)
      const { reason: why = 'removed' } = c.req.valid('query')
      await removeFlag(deps, { actor: c.var.actor, version, reason: why, ...c.req.valid('param') })
      return c.body(null, 204)
    })
    .openapi(switchRoute, async (c) => {
      const change = { ...c.req.valid('param'), ...c.req.valid('json') }
      const flag = await switchFlag(deps, { actor: c.var.actor, ...change })
      return c.json(flag, 200, { etag: etagOf(flag.version) })
    })
    .openapi(versionsRoute, async (c) =>
      c.json({ items: await listFlagVersions(deps, { actor: c.var.actor, ...c.req.valid('param') }) }, 200),
    )
    .openapi(rollBackRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = { ...c.req.valid('param'), ...c.req.valid('json') }
      const flag = await rollBackFlag(deps, { actor: c.var.actor, version, ...change })
      return c.json(flag, 200, { etag: etagOf(flag.version) })
    })
    .openapi(evaluateRoute, async (c) => {
      const question = { ...c.req.valid('param'), ...c.req.valid('json') }
      return c.json(await explainEvaluation(deps, { actor: c.var.actor, ...question }), 200)
    })
}
