import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { explainSetting, listSettings, listSettingVersions } from './explain-setting.ts'
import type { SettingsDeps } from './resolve-setting.ts'
import { setSetting } from './set-setting.ts'
import { settingExplanationSchema, settingSchema, settingVersionSchema } from './setting.ts'

const params = z.object({ key: z.string().max(100).openapi({ example: 'clips.count' }) })
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
  responses: {
    200: {
      description: 'Every setting with what counts in this workspace',
      content: { 'application/json': { schema: z.object({ items: z.array(settingSchema) }) } },
    },
    ...problemResponses(),
  },
})

const explainRoute = createRoute({
  method: 'get',
  path: '/settings/{key}/explain',
  operationId: 'explainSetting',
  summary: 'Explain why a setting has its value',
  middleware: [requirePermission('settings.read')] as const,
  request: { params },
  responses: { 200: explanation, ...problemResponses(404) },
})

const versionsRoute = createRoute({
  method: 'get',
  path: '/settings/{key}/versions',
  operationId: 'listSettingVersions',
  summary: 'List the changes of a setting, newest first',
  middleware: [requirePermission('settings.read')] as const,
  request: { params },
  responses: {
    200: {
      description: 'The last hundred changes',
      content: { 'application/json': { schema: z.object({ items: z.array(settingVersionSchema) }) } },
    },
    ...problemResponses(404),
  },
})

const setRoute = createRoute({
  method: 'put',
  path: '/settings/{key}',
  operationId: 'setSetting',
  summary: 'Set a setting for this workspace',
  description: 'Send null to take the value away, so that the layer below counts again.',
  middleware: [requirePermission('settings.write')] as const,
  request: {
    params,
    headers: z.object({ 'if-match': z.string().optional().openapi({ example: '"v0"' }) }),
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({ value: z.number().nullable(), reason: z.string().trim().min(1).max(500) }),
        },
      },
    },
  },
  responses: { 200: explanation, ...problemResponses(404, 412, 422, 428) },
})

/** Routes of settings, to be mounted under /api/v1. */
export function settingRoutes(deps: SettingsDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) => c.json({ items: await listSettings(deps, { actor: c.var.actor }) }, 200))
    .openapi(explainRoute, async (c) => {
      const setting = await explainSetting(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.json(setting, 200, { etag: etagOf(setting.version) })
    })
    .openapi(versionsRoute, async (c) => {
      return c.json(
        { items: await listSettingVersions(deps, { actor: c.var.actor, ...c.req.valid('param') }) },
        200,
      )
    })
    .openapi(setRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = { ...c.req.valid('param'), ...c.req.valid('json') }
      const setting = await setSetting(deps, { actor: c.var.actor, version, ...change })
      return c.json(setting, 200, { etag: etagOf(setting.version) })
    })
}
