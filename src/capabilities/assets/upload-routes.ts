import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpContext, HttpEnv } from '../../platform/http/http-env.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { uploadErrors } from './errors.ts'
import type { UploadServer } from './upload-server.ts'

const uploadParams = z.object({ uploadId: z.string().max(100) })
const version = z.string().openapi({ example: '1.0.0' })
const length = z.string().openapi({ example: '1048576' })
const assetHeaders = z.object({
  'x-asset-id': z.string().optional().openapi({ description: 'Once all bytes have arrived.' }),
  'x-asset-duplicate': z.enum(['true', 'false']).optional(),
})
const mayWrite = requirePermission('assets.write')

const beginRoute = createRoute({
  method: 'post',
  path: '/uploads',
  operationId: 'beginUpload',
  summary: 'Begin a resumable upload (tus 1.0)',
  description:
    'Metadata: filename, filetype, and if known sha256 (hexadecimal), which the content is compared with at the end. ' +
    'The first bytes may come with this request (Content-Type: application/offset+octet-stream).',
  middleware: [mayWrite] as const,
  request: {
    headers: z
      .object({ 'tus-resumable': version, 'upload-length': length, 'upload-metadata': z.string() })
      .partial(),
  },
  responses: {
    201: { description: 'Begun; Location is where the bytes go', headers: assetHeaders },
    ...problemResponses(409, 413, 415, 422, 423),
  },
})

const offsetRoute = createRoute({
  method: 'head',
  path: '/uploads/{uploadId}',
  operationId: 'getUploadOffset',
  summary: 'How many bytes of an upload have arrived',
  middleware: [mayWrite] as const,
  request: { params: uploadParams, headers: z.object({ 'tus-resumable': version }).partial() },
  responses: {
    200: { description: 'Upload-Offset and Upload-Length', headers: assetHeaders },
    ...problemResponses(404, 410),
  },
})

const sendRoute = createRoute({
  method: 'patch',
  path: '/uploads/{uploadId}',
  operationId: 'sendUploadBytes',
  summary: 'Send bytes of an upload',
  middleware: [mayWrite] as const,
  request: {
    params: uploadParams,
    headers: z.object({ 'tus-resumable': version, 'upload-offset': length }).partial(),
  },
  responses: {
    204: { description: 'Received; with the asset once it was the last', headers: assetHeaders },
    ...problemResponses(404, 409, 410, 413, 415, 422, 423),
  },
})

const abandonRoute = createRoute({
  method: 'delete',
  path: '/uploads/{uploadId}',
  operationId: 'abandonUpload',
  summary: 'Abandon an upload; its bytes are removed',
  middleware: [mayWrite] as const,
  request: { params: uploadParams, headers: z.object({ 'tus-resumable': version }).partial() },
  responses: { 204: { description: 'Abandoned' }, ...problemResponses(404, 409) },
})

const resultRoute = createRoute({
  method: 'get',
  path: '/uploads/{uploadId}/result',
  operationId: 'getUploadResult',
  summary: 'What became of an upload',
  description:
    'For clients that missed the answer to their last bytes. It finishes the upload if nobody has.',
  middleware: [mayWrite] as const,
  request: { params: uploadParams },
  responses: {
    200: {
      description: 'The asset, and whether the workspace had this content already',
      content: { 'application/json': { schema: z.object({ assetId: z.string(), duplicate: z.boolean() }) } },
    },
    ...problemResponses(404, 409, 410, 415, 422),
  },
})

/** Routes of uploads, to be mounted under /api/v1. Bodies are streamed; no body limit may stand before them. */
export function uploadRoutes(deps: { uploads: UploadServer }): OpenAPIHono<HttpEnv> {
  const { uploads } = deps
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  for (const route of [beginRoute, offsetRoute, sendRoute, abandonRoute]) {
    app.openAPIRegistry.registerPath(route)
  }
  const forward = async (c: HttpContext) => {
    // Both also on refusals: tus wants its version on every answer, and an unread body must not be taken for the
    // next request on the connection.
    c.header('tus-resumable', '1.0.0')
    const answer = await uploads.handle(c.req.raw, c.var.actor).catch((error: unknown) => {
      if (c.req.method === 'PATCH' || c.req.method === 'POST') c.header('connection', 'close')
      throw error
    })
    return c.newResponse(answer.body, answer.status as 200, ownHeaders(answer.headers))
  }
  app.on(['OPTIONS', 'POST'], '/uploads', mayWrite, forward)
  app.on(['OPTIONS', 'PATCH', 'DELETE'], '/uploads/:uploadId', mayWrite, forward)
  // Hono looks for HEAD among the GET routes.
  app.get('/uploads/:uploadId', mayWrite, (c) => {
    if (c.req.method === 'HEAD') return forward(c)
    throw uploadErrors.badRequest('An upload is not read here; its asset has a link to the bytes.')
  })
  return app.openapi(resultRoute, async (c) => {
    return c.json(await uploads.result(c.var.actor, c.req.valid('param').uploadId), 200)
  })
}

/** The tus server's headers without its own CORS, which is decided in one place for the whole API. */
function ownHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !name.startsWith('access-control-')))
}
