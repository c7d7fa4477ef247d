import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { idempotent } from '../../platform/http/idempotent.ts'
import { pageOf, pageQuery } from '../../platform/http/pagination.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { shareReads } from '../../platform/http/share-reads.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import type { AssetDeps } from '../assets/index.ts'
import { clipRangeSchema, clipSchema, clipStates, clipTitleSchema, cutModes } from './clip.ts'
import { clipSourceSchema, type SourceDeps } from './clip-source.ts'
import { createClip } from './create-clip.ts'
import { deleteClip } from './delete-clip.ts'
import { getClip } from './get-clip.ts'
import { listClips } from './list-clips.ts'
import { reframeSchema } from './reframe/reframe.ts'
import { recutClip } from './recut-clip.ts'

const clipParams = z.object({ clipId: z.string().max(100) })
const ifMatchHeader = z.object({ 'if-match': z.string().optional().openapi({ example: '"v1"' }) })
const clipAnswer = {
  description: 'The clip',
  headers: z.object({ etag: z.string() }),
  content: { 'application/json': { schema: clipSchema } },
}

const listRoute = createRoute({
  method: 'get',
  path: '/clips',
  operationId: 'listClips',
  summary: 'List clips, newest first',
  middleware: [requirePermission('clips.read')] as const,
  request: {
    query: pageQuery.extend({
      assetId: z.string().max(100).optional(),
      runId: z.string().max(100).optional(),
      state: z.enum(clipStates).optional(),
    }),
  },
  responses: {
    200: { description: 'Clips', content: { 'application/json': { schema: pageOf(clipSchema) } } },
    ...problemResponses(),
  },
})

const createClipRoute = createRoute({
  method: 'post',
  path: '/clips',
  operationId: 'createClip',
  summary: 'Cut a clip out of a recording or an HLS programme, exact to the frame',
  middleware: [requirePermission('clips.write'), idempotent()] as const,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            assetId: z.string().max(100).optional(),
            source: clipSourceSchema.optional(),
            ...clipRangeSchema.shape,
            title: clipTitleSchema.optional(),
            mode: z.enum(cutModes).optional(),
            reframe: reframeSchema.optional(),
          }),
        },
      },
    },
  },
  responses: { 202: { ...clipAnswer, description: 'The clip, queued' }, ...problemResponses(404, 409, 422) },
})

const getRoute = createRoute({
  method: 'get',
  path: '/clips/{clipId}',
  operationId: 'getClip',
  summary: 'Get a clip with its receipt',
  middleware: [requirePermission('clips.read')] as const,
  request: { params: clipParams },
  responses: { 200: clipAnswer, ...problemResponses(404) },
})

const changeSchema = z.strictObject({
  ...clipRangeSchema.partial().shape,
  title: clipTitleSchema.optional(),
  mode: z.enum(cutModes).optional(),
  reframe: reframeSchema.nullable().optional().openapi({
    description: 'With `path`, where the window shall be; null: the shape of the recording again.',
  }),
})
const changeRequest = {
  params: clipParams,
  headers: ifMatchHeader,
  body: { required: true, content: { 'application/json': { schema: changeSchema } } },
}
const changeAnswers = {
  202: { ...clipAnswer, description: 'The clip, queued' },
  ...problemResponses(404, 409, 412, 422, 428),
}

const recutRoute = createRoute({
  method: 'post',
  path: '/clips/{clipId}/recut',
  operationId: 'recutClip',
  summary: 'Cut a clip again with another range, title, mode or shape',
  middleware: [requirePermission('clips.write'), idempotent()] as const,
  request: changeRequest,
  responses: changeAnswers,
})

const changeRoute = createRoute({
  method: 'patch',
  path: '/clips/{clipId}',
  operationId: 'changeClip',
  summary: 'Change a clip, the path of its window for example; its file is made again',
  middleware: [requirePermission('clips.write')] as const,
  request: changeRequest,
  responses: changeAnswers,
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/clips/{clipId}',
  operationId: 'deleteClip',
  summary: 'Delete a clip with its files',
  middleware: [requirePermission('clips.write')] as const,
  request: { params: clipParams },
  responses: { 204: { description: 'Gone' }, ...problemResponses(404) },
})

/** Routes of clips, to be mounted under /api/v1. */
export function clipRoutes(deps: AssetDeps & SourceDeps): OpenAPIHono<HttpEnv> {
  const share = shareReads()
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, (c) =>
      share(c, () => listClips(deps, { actor: c.var.actor, ...c.req.valid('query') })),
    )
    .openapi(createClipRoute, async (c) => {
      const clip = await createClip(deps, { actor: c.var.actor, ...c.req.valid('json') })
      return c.json(clip, 202, { etag: etagOf(clip.version), location: `/api/v1/clips/${clip.id}` })
    })
    .openapi(getRoute, (c) => share(c, () => getClip(deps, { actor: c.var.actor, ...c.req.valid('param') })))
    .openapi(recutRoute, async (c) => {
      const version = requireIfMatch(c)
      const wish = { ...c.req.valid('param'), ...c.req.valid('json') }
      const clip = await recutClip(deps, { actor: c.var.actor, version, ...wish })
      return c.json(clip, 202, { etag: etagOf(clip.version) })
    })
    .openapi(changeRoute, async (c) => {
      const version = requireIfMatch(c)
      const wish = { ...c.req.valid('param'), ...c.req.valid('json') }
      const clip = await recutClip(deps, { actor: c.var.actor, version, ...wish })
      return c.json(clip, 202, { etag: etagOf(clip.version) })
    })
    .openapi(deleteRoute, async (c) => {
      await deleteClip(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.body(null, 204)
    })
}
