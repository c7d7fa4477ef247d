import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import type { PromptDeps } from './find-prompt.ts'
import { diffPrompt, getPrompt, listPrompts, listPromptVersions } from './read-prompts.ts'
import { promptDefinitionSchema, promptSchema, promptSummarySchema, promptVersionSchema } from './prompt.ts'
import {
  diffSchema,
  etagHeader,
  ifMatchHeader,
  jsonAnswer,
  jsonBody,
  placeQuery,
  promptParams,
  reason,
  savedSchema,
} from './prompt-requests.ts'
import { removePrompt, rollBackPrompt, savePrompt } from './save-prompt.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/prompts',
  operationId: 'listPrompts',
  summary: 'List prompts with their places, by key',
  middleware: [requirePermission('prompts.read')] as const,
  responses: {
    200: jsonAnswer('Prompts without their texts', z.object({ items: z.array(promptSummarySchema) })),
    ...problemResponses(),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/prompts/{key}',
  operationId: 'getPrompt',
  summary: 'Get the prompt in exactly this place',
  middleware: [requirePermission('prompts.read')] as const,
  request: { params: promptParams, query: placeQuery },
  responses: { 200: { ...jsonAnswer('The prompt', promptSchema), ...etagHeader }, ...problemResponses(404) },
})

const saveRoute = createRoute({
  method: 'put',
  path: '/prompts/{key}',
  operationId: 'savePrompt',
  summary: 'Save a prompt in its place; If-Match "v0" for a new one or one as shipped',
  middleware: [requirePermission('prompts.write')] as const,
  request: {
    params: promptParams,
    query: placeQuery,
    headers: ifMatchHeader,
    body: jsonBody(z.strictObject({ definition: promptDefinitionSchema, reason })),
  },
  responses: {
    200: { ...jsonAnswer('The prompt, and what the lint warns of', savedSchema), ...etagHeader },
    ...problemResponses(404, 412, 422, 428),
  },
})

const removeRoute = createRoute({
  method: 'delete',
  path: '/prompts/{key}',
  operationId: 'removePrompt',
  summary: 'Take a prompt out of its place; a shipped one is again as shipped',
  middleware: [requirePermission('prompts.write')] as const,
  request: {
    params: promptParams,
    query: placeQuery.extend({ reason: reason.optional() }),
    headers: ifMatchHeader,
  },
  responses: { 204: { description: 'Removed' }, ...problemResponses(404, 412, 422, 428) },
})

const versionsRoute = createRoute({
  method: 'get',
  path: '/prompts/{key}/versions',
  operationId: 'listPromptVersions',
  summary: 'List the forms of a prompt, newest first',
  middleware: [requirePermission('prompts.read')] as const,
  request: { params: promptParams, query: placeQuery },
  responses: {
    200: jsonAnswer(
      'The last hundred, and the one that was shipped as version 0',
      z.object({ items: z.array(promptVersionSchema) }),
    ),
    ...problemResponses(404),
  },
})

const diffRoute = createRoute({
  method: 'get',
  path: '/prompts/{key}/diff',
  operationId: 'diffPrompt',
  summary: 'Show what changed between two forms of a prompt',
  middleware: [requirePermission('prompts.read')] as const,
  request: {
    params: promptParams,
    query: placeQuery.extend({
      from: z.coerce.number().int().min(0).openapi({ type: 'integer' }),
      to: z.coerce.number().int().min(0).openapi({ type: 'integer' }),
    }),
  },
  responses: { 200: jsonAnswer('Line by line', diffSchema), ...problemResponses(404) },
})

const rollBackRoute = createRoute({
  method: 'post',
  path: '/prompts/{key}/rollback',
  operationId: 'rollBackPrompt',
  summary: 'Make an earlier form of a prompt the current one again',
  middleware: [requirePermission('prompts.write')] as const,
  request: {
    params: promptParams,
    query: placeQuery,
    headers: ifMatchHeader,
    body: jsonBody(z.strictObject({ to: z.int().min(0), reason })),
  },
  responses: {
    200: { ...jsonAnswer('The prompt, and what the lint warns of', savedSchema), ...etagHeader },
    ...problemResponses(404, 412, 422, 428),
  },
})

/** Routes that keep prompts, to be mounted under /api/v1. */
export function promptRoutes(deps: PromptDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) => c.json({ items: await listPrompts(deps, { actor: c.var.actor }) }, 200))
    .openapi(getRoute, async (c) => {
      const place = { ...c.req.valid('param'), ...c.req.valid('query') }
      const prompt = await getPrompt(deps, { actor: c.var.actor, ...place })
      return c.json(prompt, 200, { etag: etagOf(prompt.version) })
    })
    .openapi(saveRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = { ...c.req.valid('param'), ...c.req.valid('query'), ...c.req.valid('json') }
      const saved = await savePrompt(deps, { actor: c.var.actor, version, ...change })
      return c.json(saved, 200, { etag: etagOf(saved.prompt.version) })
    })
    .openapi(removeRoute, async (c) => {
      const version = requireIfMatch(c)
      const { reason: why = 'removed', ...place } = c.req.valid('query')
      const change = { ...c.req.valid('param'), ...place, reason: why }
      await removePrompt(deps, { actor: c.var.actor, version, ...change })
      return c.body(null, 204)
    })
    .openapi(versionsRoute, async (c) => {
      const place = { ...c.req.valid('param'), ...c.req.valid('query') }
      return c.json({ items: await listPromptVersions(deps, { actor: c.var.actor, ...place }) }, 200)
    })
    .openapi(diffRoute, async (c) => {
      const question = { ...c.req.valid('param'), ...c.req.valid('query') }
      return c.json(await diffPrompt(deps, { actor: c.var.actor, ...question }), 200)
    })
    .openapi(rollBackRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = { ...c.req.valid('param'), ...c.req.valid('query'), ...c.req.valid('json') }
      const saved = await rollBackPrompt(deps, { actor: c.var.actor, version, ...change })
      return c.json(saved, 200, { etag: etagOf(saved.prompt.version) })
    })
}
