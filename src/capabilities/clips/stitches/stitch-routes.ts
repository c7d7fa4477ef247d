import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { idempotent } from '../../../platform/http/idempotent.ts'
import { pageOf, pageQuery } from '../../../platform/http/pagination.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import type { AssetDeps } from '../../assets/index.ts'
import { createStitch } from './create-stitch.ts'
import { cancelStitch, deleteStitch } from './end-stitch.ts'
import { getStitch, listStitches } from './get-stitch.ts'
import { stitchOrderSchema, stitchSchema } from './stitch.ts'

const stitchParams = z.object({ stitchId: z.string().max(100) })
const stitchAnswer = {
  description: 'The stitch',
  content: { 'application/json': { schema: stitchSchema } },
}

const createStitchRoute = createRoute({
  method: 'post',
  path: '/clips/stitches',
  operationId: 'createClipStitch',
  summary: 'Join ranges of recordings and clips into one file',
  description:
    'What agrees with the first part is copied; only what differs (size, rate, pixel format, sample rate, loudness) is conformed, and only fades are encoded. Refused as a whole when a part is wrong: `detail.rows` names each.',
  middleware: [requirePermission('clips.write'), idempotent()] as const,
  request: { body: { required: true, content: { 'application/json': { schema: stitchOrderSchema } } } },
  responses: { 202: { ...stitchAnswer, description: 'The stitch, queued' }, ...problemResponses(409, 422) },
})

const listRoute = createRoute({
  method: 'get',
  path: '/clips/stitches',
  operationId: 'listClipStitches',
  summary: 'List stitches, newest first',
  middleware: [requirePermission('clips.read')] as const,
  request: { query: pageQuery.extend({ batchId: z.string().max(100).optional() }) },
  responses: {
    200: { description: 'A page', content: { 'application/json': { schema: pageOf(stitchSchema) } } },
    ...problemResponses(),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/clips/stitches/{stitchId}',
  operationId: 'getClipStitch',
  summary: 'Get a stitch with its receipt',
  middleware: [requirePermission('clips.read')] as const,
  request: { params: stitchParams },
  responses: { 200: stitchAnswer, ...problemResponses(404) },
})

const cancelRoute = createRoute({
  method: 'post',
  path: '/clips/stitches/{stitchId}/cancel',
  operationId: 'cancelClipStitch',
  summary: 'Cancel a stitch that is not finished',
  middleware: [requirePermission('clips.write')] as const,
  request: { params: stitchParams },
  responses: { 200: stitchAnswer, ...problemResponses(404, 409) },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/clips/stitches/{stitchId}',
  operationId: 'deleteClipStitch',
  summary: 'Delete a stitch with its files',
  middleware: [requirePermission('clips.write')] as const,
  request: { params: stitchParams },
  responses: { 204: { description: 'Gone' }, ...problemResponses(404) },
})

/** `/clips/stitches`. Mounted before `/clips/{clipId}`, which would take "stitches" for an id. */
export function clipStitchRoutes(deps: AssetDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(createStitchRoute, async (c) => {
      const stitch = await createStitch(deps, { actor: c.var.actor, ...c.req.valid('json') })
      return c.json(stitch, 202, { location: `/api/v1/clips/stitches/${stitch.id}` })
    })
    .openapi(listRoute, async (c) =>
      c.json(await listStitches(deps, { actor: c.var.actor, ...c.req.valid('query') }), 200),
    )
    .openapi(getRoute, async (c) =>
      c.json(await getStitch(deps, { actor: c.var.actor, ...c.req.valid('param') }), 200),
    )
    .openapi(cancelRoute, async (c) =>
      c.json(await cancelStitch(deps, { actor: c.var.actor, ...c.req.valid('param') }), 200),
    )
    .openapi(deleteRoute, async (c) => {
      await deleteStitch(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.body(null, 204)
    })
}
