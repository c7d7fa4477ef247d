import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { idempotent } from '../../../platform/http/idempotent.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import type { Transcoder } from '../../../providers/transcode/index.ts'
import { hearTranscode } from './hear-transcode.ts'
import { listPackages } from './list-packages.ts'
import type { MakePackageDeps } from './make-package.ts'
import { readPackageKey } from './package-key.ts'
import { packageWishSchema } from './package-workflow.ts'
import { startPackage } from './start-package.ts'

const assetParams = z.object({ assetId: z.string().max(100) })

const assetPackageSchema = z
  .object({
    packageHash: z.string(),
    hlsUrl: z.string().openapi({ description: 'Signed link to the multivariant playlist.' }),
    dashUrl: z.string().nullable().openapi({ description: 'Null where only HLS is possible: encrypted.' }),
    encrypted: z.boolean(),
    renditions: z.array(
      z.object({
        name: z.string(),
        width: z.int(),
        height: z.int(),
        bitrate: z.number(),
        copied: z.boolean(),
      }),
    ),
    captions: z.array(z.string()),
    segmentMs: z.number(),
    durationMs: z.number(),
    sizeBytes: z.number(),
    notes: z.array(z.string()),
    createdAt: z.iso.datetime(),
  })
  .openapi('AssetPackage')

const listRoute = createRoute({
  method: 'get',
  path: '/assets/{assetId}/packages',
  operationId: 'listAssetPackages',
  summary: 'List the streaming packages of an asset, newest first',
  middleware: [requirePermission('media.read')] as const,
  request: { params: assetParams },
  responses: {
    200: {
      description: 'Packages',
      content: { 'application/json': { schema: z.object({ items: z.array(assetPackageSchema) }) } },
    },
    ...problemResponses(404),
  },
})

const startRoute = createRoute({
  method: 'post',
  path: '/assets/{assetId}/packages',
  operationId: 'startAssetPackage',
  summary: 'Make a streaming package of an asset: HLS and DASH, or encrypted HLS',
  middleware: [requirePermission('media.write'), idempotent()] as const,
  request: {
    params: assetParams,
    body: {
      required: true,
      content: {
        'application/json': { schema: z.strictObject(packageWishSchema.omit({ assetId: true }).shape) },
      },
    },
  },
  responses: {
    202: {
      description: 'The run that makes it',
      content: { 'application/json': { schema: z.object({ runId: z.string(), assetId: z.string() }) } },
    },
    ...problemResponses(404, 422),
  },
})

const keyRoute = createRoute({
  method: 'get',
  path: '/media-keys/{keyId}',
  operationId: 'readMediaKey',
  summary: 'Read the key of an encrypted package, as players do',
  middleware: [requirePermission('media.read')] as const,
  request: { params: z.object({ keyId: z.string().max(100) }) },
  responses: {
    200: {
      description: '16 bytes of AES-128',
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...problemResponses(404),
  },
})

const eventRoute = createRoute({
  method: 'post',
  path: '/transcode-events',
  operationId: 'hearTranscodeEvent',
  summary: 'Take an event of the transcoding service, as EventBridge sends it',
  middleware: [requirePermission('media.write')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: z.looseObject({}) } } } },
  responses: {
    202: {
      description: 'Whether it was about a job of this workspace',
      content: { 'application/json': { schema: z.object({ isKnown: z.boolean() }) } },
    },
    ...problemResponses(),
  },
})

export type PackageRouteDeps = MakePackageDeps & { transcoder: Pick<Transcoder, 'name' | 'readEvent'> }

/** Routes of streaming packages, to be mounted under /api/v1. */
export function packageRoutes(deps: PackageRouteDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) => {
      const items = await listPackages(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.json({ items }, 200)
    })
    .openapi(startRoute, async (c) => {
      const wish = { ...c.req.valid('json'), ...c.req.valid('param') }
      const started = await startPackage(
        { ...deps, transcoderName: deps.transcoder.name },
        { actor: c.var.actor, wish },
      )
      return c.json(started, 202, { location: `/api/v1/runs/${started.runId}` })
    })
    .openapi(keyRoute, async (c) => {
      const key = await readPackageKey(deps, { actor: c.var.actor, ...c.req.valid('param') })
      const headers = { 'content-type': 'application/octet-stream', 'cache-control': 'private, no-store' }
      return c.body(new Uint8Array(key), 200, headers)
    })
    .openapi(eventRoute, async (c) =>
      c.json(await hearTranscode(deps, { actor: c.var.actor, event: c.req.valid('json') }), 202),
    )
}
