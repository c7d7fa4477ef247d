import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { idempotent } from '../../platform/http/idempotent.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { exportSettings } from './export-settings.ts'
import { importSettings, settingImportSchema } from './import-settings.ts'
import { maxSettingTextBytes } from './parse-setting-text.ts'
import type { SettingsDeps } from './stored-settings.ts'

const exportRoute = createRoute({
  method: 'get',
  path: '/settings-export',
  operationId: 'exportSettings',
  summary: 'Export what this workspace and its topics have set',
  middleware: [requirePermission('settings.read')] as const,
  responses: {
    200: {
      description: 'YAML in the format of the configuration file',
      content: { 'application/json': { schema: z.object({ yaml: z.string() }) } },
    },
    ...problemResponses(),
  },
})

const importRoute = createRoute({
  method: 'post',
  path: '/settings-import',
  operationId: 'importSettings',
  summary: 'Set what a document names, or check it',
  description: 'All of it or nothing. With `isDryRun` every check is made and nothing is changed.',
  middleware: [requirePermission('settings.write'), idempotent()] as const,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            text: z.string().max(maxSettingTextBytes),
            reason: z.string().trim().min(1).max(500),
            isDryRun: z.boolean().default(false),
          }),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'What was or would be changed',
      content: { 'application/json': { schema: settingImportSchema } },
    },
    ...problemResponses(404, 412, 422),
  },
})

/** Routes that take settings out and in, to be mounted under /api/v1. */
export function settingTransferRoutes(deps: SettingsDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(exportRoute, async (c) => {
      return c.json({ yaml: await exportSettings(deps, { actor: c.var.actor }) }, 200)
    })
    .openapi(importRoute, async (c) => {
      return c.json(await importSettings(deps, { actor: c.var.actor, ...c.req.valid('json') }), 200)
    })
}
