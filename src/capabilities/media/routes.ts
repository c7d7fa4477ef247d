import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Db } from '../../platform/db/client.ts'
import { contentDisposition } from '../../platform/http/content-disposition.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import type { SignDeps } from '../assets/index.ts'
import { cutListRoute } from './exports/cut-list-route.ts'
import { exportCutList } from './exports/export-cut-list.ts'
import { getMedia } from './get-media.ts'
import { mediaSchema } from './media-schemas.ts'

const getRoute = createRoute({
  method: 'get',
  path: '/assets/{assetId}/media',
  operationId: 'getMedia',
  summary: 'Get what is inside an asset: streams, analysis, streaming package',
  middleware: [requirePermission('media.read')] as const,
  request: { params: z.object({ assetId: z.string().max(100) }) },
  responses: {
    200: { description: 'The media', content: { 'application/json': { schema: mediaSchema } } },
    ...problemResponses(404),
  },
})

/** `/assets/{assetId}/media` and `/assets/{assetId}/cut-list`. */
export function mediaRoutes(deps: SignDeps & { db: Db }): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  return app
    .openapi(getRoute, async (c) => {
      const { assetId } = c.req.valid('param')
      return c.json(await getMedia(deps, { actor: c.get('actor'), assetId }), 200)
    })
    .openapi(cutListRoute, async (c) => {
      const { assetId } = c.req.valid('param')
      const { format } = c.req.valid('query')
      const file = await exportCutList(deps, { actor: c.get('actor'), assetId, format })
      return c.body(file.text, 200, {
        'content-type': file.contentType,
        'content-disposition': contentDisposition('attachment', file.fileName),
      })
    })
}
