import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { idempotent } from '../../../platform/http/idempotent.ts'
import { pageOf, pageQuery } from '../../../platform/http/pagination.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import type { AssetDeps } from '../../assets/index.ts'
import { createRendition } from './create-rendition.ts'
import { deleteRendition } from './delete-rendition.ts'
import { listPresets, presetSchema } from './list-presets.ts'
import { getRendition, listRenditions } from './list-renditions.ts'
import { presetNames } from './presets.ts'
import { renditionSchema } from './rendition.ts'

const renditionParams = z.object({ renditionId: z.string().max(100) })
const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: renditionSchema } },
})

const presetsRoute = createRoute({
  method: 'get',
  path: '/rendition-presets',
  operationId: 'listRenditionPresets',
  summary: 'List what renditions can be made, with the dated limits of each destination',
  middleware: [requirePermission('media.read')] as const,
  responses: {
    200: {
      description: 'Presets',
      content: { 'application/json': { schema: z.object({ items: z.array(presetSchema) }) } },
    },
    ...problemResponses(),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/renditions',
  operationId: 'listRenditions',
  summary: 'List renditions, newest first',
  middleware: [requirePermission('media.read')] as const,
  request: { query: pageQuery.extend({ assetId: z.string().max(100).optional() }) },
  responses: {
    200: { description: 'Renditions', content: { 'application/json': { schema: pageOf(renditionSchema) } } },
    ...problemResponses(),
  },
})

const createRenditionRoute = createRoute({
  method: 'post',
  path: '/renditions',
  operationId: 'createRendition',
  summary: 'Make a file from a recording for a destination or for editing',
  middleware: [requirePermission('media.write'), idempotent()] as const,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            assetId: z.string().max(100),
            preset: z.enum(presetNames),
            minScore: z.number().min(0).max(100).optional().openapi({
              description:
                'Lowest quality score to accept: SSIM 0 to 1, or VMAF 0 to 100 where that is measured.',
            }),
          }),
        },
      },
    },
  },
  responses: {
    202: answer('The rendition, queued; or the one that is there already'),
    ...problemResponses(404, 422),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/renditions/{renditionId}',
  operationId: 'getRendition',
  summary: 'Get a rendition with its quality score',
  middleware: [requirePermission('media.read')] as const,
  request: { params: renditionParams },
  responses: { 200: answer('The rendition'), ...problemResponses(404) },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/renditions/{renditionId}',
  operationId: 'deleteRendition',
  summary: 'Delete a rendition with its file',
  middleware: [requirePermission('media.write')] as const,
  request: { params: renditionParams },
  responses: { 204: { description: 'Gone' }, ...problemResponses(404) },
})

/** Routes of renditions, to be mounted under /api/v1. */
export function renditionRoutes(deps: AssetDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(presetsRoute, (c) => c.json({ items: listPresets() }, 200))
    .openapi(listRoute, async (c) =>
      c.json(await listRenditions(deps, { actor: c.var.actor, ...c.req.valid('query') }), 200),
    )
    .openapi(createRenditionRoute, async (c) => {
      const made = await createRendition(deps, { actor: c.var.actor, ...c.req.valid('json') })
      return c.json(made, 202, { location: `/api/v1/renditions/${made.id}` })
    })
    .openapi(getRoute, async (c) =>
      c.json(await getRendition(deps, { actor: c.var.actor, ...c.req.valid('param') }), 200),
    )
    .openapi(deleteRoute, async (c) => {
      await deleteRendition(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.body(null, 204)
    })
}
