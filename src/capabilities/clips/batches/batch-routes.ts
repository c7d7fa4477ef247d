import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { idempotent } from '../../../platform/http/idempotent.ts'
import { pageOf, pageQuery } from '../../../platform/http/pagination.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import { clipSchema } from '../clip.ts'
import type { ClipDeps } from '../create-clip.ts'
import { batchOrderSchema, batchSchema, batchSummarySchema } from './batch.ts'
import { cancelBatch, cancelClip } from './cancel-batch.ts'
import { createBatch } from './create-batch.ts'
import { getBatch, listBatches } from './get-batch.ts'
import { retryBatch } from './retry-batch.ts'

const batchParams = z.object({ batchId: z.string().max(100) })
const batchAnswer = {
  description: 'The batch with its clips',
  content: { 'application/json': { schema: batchSchema } },
}

const createBatchRoute = createRoute({
  method: 'post',
  path: '/clips/batches',
  operationId: 'createClipBatch',
  summary: 'Cut many clips; one that fails does not stop the others',
  description: 'Refused as a whole when a row is wrong: `detail.rows` names each with its index and code.',
  middleware: [requirePermission('clips.write'), idempotent()] as const,
  request: { body: { required: true, content: { 'application/json': { schema: batchOrderSchema } } } },
  responses: { 202: { ...batchAnswer, description: 'The batch, queued' }, ...problemResponses(409, 422) },
})

const listRoute = createRoute({
  method: 'get',
  path: '/clips/batches',
  operationId: 'listClipBatches',
  summary: 'List batches of clips, newest first',
  middleware: [requirePermission('clips.read')] as const,
  request: { query: pageQuery },
  responses: {
    200: { description: 'A page', content: { 'application/json': { schema: pageOf(batchSummarySchema) } } },
    ...problemResponses(),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/clips/batches/{batchId}',
  operationId: 'getClipBatch',
  summary: 'Get a batch with its clips',
  middleware: [requirePermission('clips.read')] as const,
  request: { params: batchParams },
  responses: { 200: batchAnswer, ...problemResponses(404) },
})

const cancelRoute = createRoute({
  method: 'post',
  path: '/clips/batches/{batchId}/cancel',
  operationId: 'cancelClipBatch',
  summary: 'Cancel what is not finished of a batch',
  middleware: [requirePermission('clips.write')] as const,
  request: { params: batchParams },
  responses: { 200: batchAnswer, ...problemResponses(404, 409) },
})

const retryRoute = createRoute({
  method: 'post',
  path: '/clips/batches/{batchId}/retry',
  operationId: 'retryClipBatch',
  summary: 'Cut the failed and cancelled clips of a finished batch again',
  middleware: [requirePermission('clips.write')] as const,
  request: { params: batchParams },
  responses: { 202: batchAnswer, ...problemResponses(404, 409) },
})

const cancelClipRoute = createRoute({
  method: 'post',
  path: '/clips/{clipId}/cancel',
  operationId: 'cancelClip',
  summary: 'Cancel one clip that is queued or being cut',
  middleware: [requirePermission('clips.write')] as const,
  request: { params: z.object({ clipId: z.string().max(100) }) },
  responses: {
    200: { description: 'The clip', content: { 'application/json': { schema: clipSchema } } },
    ...problemResponses(404, 409),
  },
})

/** `/clips/batches` and the cancel of one clip. Mounted before `/clips/{clipId}`, which would take "batches" for an id. */
export function clipBatchRoutes(deps: ClipDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(createBatchRoute, async (c) => {
      const batch = await createBatch(deps, { actor: c.var.actor, ...c.req.valid('json') })
      return c.json(batch, 202, { location: `/api/v1/clips/batches/${batch.id}` })
    })
    .openapi(listRoute, async (c) =>
      c.json(await listBatches(deps, { actor: c.var.actor, ...c.req.valid('query') }), 200),
    )
    .openapi(getRoute, async (c) =>
      c.json(await getBatch(deps, { actor: c.var.actor, ...c.req.valid('param') }), 200),
    )
    .openapi(cancelRoute, async (c) =>
      c.json(await cancelBatch(deps, { actor: c.var.actor, ...c.req.valid('param') }), 200),
    )
    .openapi(retryRoute, async (c) =>
      c.json(await retryBatch(deps, { actor: c.var.actor, ...c.req.valid('param') }), 202),
    )
    .openapi(cancelClipRoute, async (c) =>
      c.json(await cancelClip(deps, { actor: c.var.actor, ...c.req.valid('param') }), 200),
    )
}
