import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { costImpactSchema } from './cost-impact.ts'
import { explainSetting, listSettings } from './explain-setting.ts'
import { listSettingVersions } from './list-setting-versions.ts'
import { rollbackSetting } from './rollback-setting.ts'
import { type PlanSettingDeps, planSetting, setSetting } from './set-setting.ts'
import {
  type SettingExplanation,
  settingExplanationSchema,
  settingSchema,
  settingVersionSchema,
  type StoredLayer,
  storedLayers,
} from './setting.ts'
import { topicSlugSchema } from './topics/topic.ts'

/** A topic's own values belong to those who write topics; the use case checks again. */
function mayChange(): MiddlewareHandler<HttpEnv> {
  const [ofTopic, ofWorkspace] = [requirePermission('topics.write'), requirePermission('settings.write')]
  return (c, next) => (c.req.query('topic') === undefined ? ofWorkspace(c, next) : ofTopic(c, next))
}

const params = z.object({ key: z.string().max(100).openapi({ example: 'clips.count' }) })
const topicQuery = z.object({
  topic: topicSlugSchema.optional().openapi({ description: 'For this topic instead of the workspace.' }),
})
const placeQuery = topicQuery.extend({
  layer: z.enum(storedLayers).optional().openapi({
    description: 'Default: the topic when one is named, else the workspace.',
  }),
})
const reason = z.string().trim().min(1).max(500)
const ifMatch = z.object({ 'if-match': z.string().optional().openapi({ example: '"v0"' }) })
const json = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})
const explanation = {
  description: 'The setting and every layer that has a say in it',
  headers: z.object({ etag: z.string() }),
  content: { 'application/json': { schema: settingExplanationSchema } },
}

const listRoute = createRoute({
  method: 'get',
  path: '/settings',
  operationId: 'listSettings',
  summary: 'List settings',
  middleware: [requirePermission('settings.read')] as const,
  request: { query: topicQuery },
  responses: {
    200: {
      description: 'Every setting with what counts in this workspace; for a topic, those it may have',
      content: { 'application/json': { schema: z.object({ items: z.array(settingSchema) }) } },
    },
    ...problemResponses(404),
  },
})

const explainRoute = createRoute({
  method: 'get',
  path: '/settings/{key}/explain',
  operationId: 'explainSetting',
  summary: 'Explain why a setting has its value',
  middleware: [requirePermission('settings.read')] as const,
  request: { params, query: topicQuery },
  responses: { 200: explanation, ...problemResponses(404) },
})

const versionsRoute = createRoute({
  method: 'get',
  path: '/settings/{key}/versions',
  operationId: 'listSettingVersions',
  summary: 'List the changes of a setting, newest first',
  middleware: [requirePermission('settings.read')] as const,
  request: { params, query: topicQuery },
  responses: {
    200: {
      description: 'The last hundred changes, each with what it changed',
      content: { 'application/json': { schema: z.object({ items: z.array(settingVersionSchema) }) } },
    },
    ...problemResponses(404),
  },
})

const setRoute = createRoute({
  method: 'put',
  path: '/settings/{key}',
  operationId: 'setSetting',
  summary: 'Set a setting for this workspace or one of its topics',
  description: 'Send null to take the value away, so that the layer below counts again.',
  middleware: [mayChange()] as const,
  request: {
    params,
    query: placeQuery,
    headers: ifMatch,
    body: json(z.strictObject({ value: z.unknown(), reason })),
  },
  responses: { 200: explanation, ...problemResponses(404, 412, 422, 428) },
})

const planRoute = createRoute({
  method: 'post',
  path: '/settings/{key}/plan',
  operationId: 'planSetting',
  summary: 'Check a change and say what would come of it',
  description:
    'Every check of the change itself and nothing changed; with the estimate where it moves costs.',
  middleware: [mayChange()] as const,
  request: { params, query: placeQuery, body: json(z.strictObject({ value: z.unknown() })) },
  responses: {
    200: {
      description: 'What counts before and after',
      content: {
        'application/json': {
          schema: z
            .object({
              before: settingExplanationSchema,
              after: settingExplanationSchema,
              impact: costImpactSchema.nullable(),
            })
            .openapi('SettingPlan'),
        },
      },
    },
    ...problemResponses(404, 422),
  },
})

const rollbackRoute = createRoute({
  method: 'post',
  path: '/settings/{key}/rollback',
  operationId: 'rollbackSetting',
  summary: 'Bring the value of an earlier version back',
  description: 'Adds a version with the value of an earlier one; 0 is how it was before anyone set it.',
  middleware: [mayChange()] as const,
  request: {
    params,
    query: placeQuery,
    headers: ifMatch,
    body: json(z.strictObject({ toVersion: z.int().min(0), reason })),
  },
  responses: { 200: explanation, ...problemResponses(404, 412, 422, 428) },
})

/** Routes of settings, to be mounted under /api/v1. */
export function settingRoutes(deps: PlanSettingDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) => {
      return c.json({ items: await listSettings(deps, { actor: c.var.actor, ...c.req.valid('query') }) }, 200)
    })
    .openapi(explainRoute, async (c) => {
      const asked = { ...c.req.valid('param'), ...c.req.valid('query') }
      const setting = await explainSetting(deps, { actor: c.var.actor, ...asked })
      return c.json(setting, 200, { etag: etagOf(setting.version) })
    })
    .openapi(versionsRoute, async (c) => {
      const asked = { ...c.req.valid('param'), ...c.req.valid('query') }
      return c.json({ items: await listSettingVersions(deps, { actor: c.var.actor, ...asked }) }, 200)
    })
    .openapi(setRoute, async (c) => {
      const version = requireIfMatch(c)
      const { value, reason: why } = c.req.valid('json')
      const place = { ...c.req.valid('param'), ...c.req.valid('query') }
      const setting = await setSetting(deps, { actor: c.var.actor, version, ...place, value, reason: why })
      return c.json(setting, 200, { etag: etagIn(setting, place.layer) })
    })
    .openapi(planRoute, async (c) => {
      const change = { ...c.req.valid('param'), ...c.req.valid('query'), value: c.req.valid('json').value }
      return c.json(await planSetting(deps, { actor: c.var.actor, ...change }), 200)
    })
    .openapi(rollbackRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = { ...c.req.valid('param'), ...c.req.valid('query'), ...c.req.valid('json') }
      const setting = await rollbackSetting(deps, { actor: c.var.actor, version, ...change })
      return c.json(setting, 200, { etag: etagIn(setting, change.layer) })
    })
}

/** The ETag of the layer that was changed. */
function etagIn(setting: SettingExplanation, layer: StoredLayer | undefined): string {
  return etagOf(layer === 'deployment' ? setting.deploymentVersion : setting.version)
}
