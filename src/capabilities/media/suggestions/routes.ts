import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Db } from '../../../platform/db/client.ts'
import { contentDisposition } from '../../../platform/http/content-disposition.ts'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { idempotent } from '../../../platform/http/idempotent.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import type { SignDeps } from '../../assets/index.ts'
import { suggestionKinds } from '../analysis.ts'
import { exportFormats, exportFormatTable } from '../exports/export-formats.ts'
import { addOwnCut } from './add-own-cut.ts'
import { decideSuggestions } from './decide-suggestions.ts'
import { exportTightCut, listSuggestions } from './list-suggestions.ts'
import { decisions, suggestionListSchema } from './suggestion.ts'

const assetParams = z.object({ assetId: z.string().max(100) })
const answer = {
  description: 'All suggestions, with what was decided',
  content: { 'application/json': { schema: suggestionListSchema } },
}
const text = { schema: z.string() }
const types = new Set(exportFormats.map((format) => exportFormatTable[format].contentType.split(';')[0]!))

const listRoute = createRoute({
  method: 'get',
  path: '/assets/{assetId}/suggestions',
  operationId: 'listSuggestions',
  summary: 'List what could be edited in an analysed asset',
  middleware: [requirePermission('media.read')] as const,
  request: { params: assetParams },
  responses: { 200: answer, ...problemResponses(404) },
})

const addRoute = createRoute({
  method: 'post',
  path: '/assets/{assetId}/suggestions',
  operationId: 'addOwnCut',
  summary: 'Take a stretch of your own out of the tight cut',
  description: 'It stands among the suggestions, accepted; reopening it takes it away.',
  middleware: [requirePermission('media.write'), idempotent()] as const,
  request: {
    params: assetParams,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            startMs: z.number().min(0),
            endMs: z.number().positive(),
            reason: z.string().trim().max(500).optional(),
          }),
        },
      },
    },
  },
  responses: { 200: answer, ...problemResponses(404, 409, 422) },
})

const decideRoute = createRoute({
  method: 'post',
  path: '/assets/{assetId}/suggestions/decisions',
  operationId: 'decideSuggestions',
  summary: 'Accept, reject or reopen suggestions',
  middleware: [requirePermission('media.write'), idempotent()] as const,
  request: {
    params: assetParams,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            decision: z.enum(decisions),
            suggestionIds: z
              .array(z.string().max(100))
              .max(100_000)
              .optional()
              .openapi({ description: 'These; without them all that the other two leave.' }),
            kinds: z.array(z.enum(suggestionKinds)).max(20).optional(),
            minConfidence: z.number().min(0).max(1).optional(),
          }),
        },
      },
    },
  },
  responses: { 200: answer, ...problemResponses(404, 409, 422) },
})

const exportRoute = createRoute({
  method: 'get',
  path: '/assets/{assetId}/tight-cut',
  operationId: 'exportTightCut',
  summary: 'Download the cut of the accepted suggestions for an editor',
  description: 'In the formats of the cut list. Also needs `assets.read`.',
  middleware: [requirePermission('media.read')] as const,
  request: { params: assetParams, query: z.object({ format: z.enum(exportFormats) }) },
  responses: {
    200: {
      description: 'The file, as an attachment',
      content: Object.fromEntries([...types].map((type) => [type, text])),
    },
    ...problemResponses(404, 422),
  },
})

/** `/assets/{assetId}/suggestions` and `/assets/{assetId}/tight-cut`. */
export function suggestionRoutes(deps: SignDeps & { db: Db; now?: () => Date }): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) =>
      c.json(await listSuggestions(deps, { actor: c.var.actor, ...c.req.valid('param') }), 200),
    )
    .openapi(addRoute, async (c) => {
      const wish = { ...c.req.valid('param'), ...c.req.valid('json') }
      return c.json(await addOwnCut(deps, { actor: c.var.actor, ...wish }), 200)
    })
    .openapi(decideRoute, async (c) => {
      const wish = { ...c.req.valid('param'), ...c.req.valid('json') }
      return c.json(await decideSuggestions(deps, { actor: c.var.actor, ...wish }), 200)
    })
    .openapi(exportRoute, async (c) => {
      const which = { ...c.req.valid('param'), ...c.req.valid('query') }
      const file = await exportTightCut(deps, { actor: c.var.actor, ...which })
      return c.body(file.text, 200, {
        'content-type': file.contentType,
        'content-disposition': contentDisposition('attachment', file.fileName),
      })
    })
}
