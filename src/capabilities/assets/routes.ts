import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { pageOf, pageQuery } from '../../platform/http/pagination.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { shareReads } from '../../platform/http/share-reads.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import type { AssetDeps } from './asset-deps.ts'
import { assetKinds, assetSchema } from './asset.ts'
import { deleteAsset } from './delete-asset.ts'
import { getAsset } from './get-asset.ts'
import { listAssets } from './list-assets.ts'
import { getQuota } from './quota.ts'
import { updateAsset } from './update-asset.ts'

const assetParams = z.object({ assetId: z.string().max(100) })
const assetAnswer = {
  description: 'The asset',
  headers: z.object({ etag: z.string() }),
  content: { 'application/json': { schema: assetSchema } },
}

const listRoute = createRoute({
  method: 'get',
  path: '/assets',
  operationId: 'listAssets',
  summary: 'List stored files, newest first',
  middleware: [requirePermission('assets.read')] as const,
  request: {
    query: pageQuery.extend({
      kind: z.enum(assetKinds).optional(),
      name: z.string().min(1).max(200).optional().openapi({ description: 'Part of the name' }),
    }),
  },
  responses: {
    200: { description: 'Assets', content: { 'application/json': { schema: pageOf(assetSchema) } } },
    ...problemResponses(),
  },
})

const quotaRoute = createRoute({
  method: 'get',
  path: '/assets/quota',
  operationId: 'getQuota',
  summary: 'How much the workspace stores and may store',
  middleware: [requirePermission('assets.read')] as const,
  responses: {
    200: {
      description: 'Bytes used, with uploads that are under way, and the limit',
      content: { 'application/json': { schema: z.object({ usedBytes: z.int(), limitBytes: z.int() }) } },
    },
    ...problemResponses(),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/assets/{assetId}',
  operationId: 'getAsset',
  summary: 'Get a stored file, with a link to its bytes',
  middleware: [requirePermission('assets.read')] as const,
  request: { params: assetParams },
  responses: { 200: assetAnswer, ...problemResponses(404) },
})

const updateRoute = createRoute({
  method: 'patch',
  path: '/assets/{assetId}',
  operationId: 'updateAsset',
  summary: 'Rename a stored file',
  middleware: [requirePermission('assets.write')] as const,
  request: {
    params: assetParams,
    headers: z.object({ 'if-match': z.string().optional().openapi({ example: '"v1"' }) }),
    body: {
      required: true,
      content: { 'application/json': { schema: z.strictObject({ name: z.string().min(1).max(255) }) } },
    },
  },
  responses: { 200: assetAnswer, ...problemResponses(404, 412, 422, 428) },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/assets/{assetId}',
  operationId: 'deleteAsset',
  summary: 'Delete a stored file',
  description:
    'It is gone at once. Its bytes go too, or when the last clip or draft that needs them lets go.',
  middleware: [requirePermission('assets.write')] as const,
  request: { params: assetParams },
  responses: { 204: { description: 'Deleted' }, ...problemResponses(404) },
})

/** Routes of assets, to be mounted under /api/v1. */
export function assetRoutes(deps: AssetDeps): OpenAPIHono<HttpEnv> {
  const share = shareReads()
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, (c) =>
      share(c, () => listAssets(deps, { actor: c.var.actor, ...c.req.valid('query') })),
    )
    .openapi(quotaRoute, async (c) => c.json(await getQuota(deps, { actor: c.var.actor }), 200))
    .openapi(getRoute, (c) => share(c, () => getAsset(deps, { actor: c.var.actor, ...c.req.valid('param') })))
    .openapi(updateRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = { ...c.req.valid('param'), ...c.req.valid('json') }
      const asset = await updateAsset(deps, { actor: c.var.actor, version, ...change })
      return c.json(asset, 200, { etag: etagOf(asset.version) })
    })
    .openapi(deleteRoute, async (c) => {
      await deleteAsset(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.body(null, 204)
    })
}
