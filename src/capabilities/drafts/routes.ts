import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Db } from '../../platform/db/client.ts'
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { idempotent } from '../../platform/http/idempotent.ts'
import { pageOf, pageQuery } from '../../platform/http/pagination.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { shareReads } from '../../platform/http/share-reads.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { createDraft } from './create-draft.ts'
import { draftBodySchema, draftSchema, draftStages, draftTitleSchema } from './draft.ts'
import { getDraft } from './get-draft.ts'
import { listDrafts } from './list-drafts.ts'
import { archiveDraft, updateDraft } from './update-draft.ts'

const draftParams = z.object({ draftId: z.string().max(100) })
const ifMatchHeader = z.object({ 'if-match': z.string().optional().openapi({ example: '"v1"' }) })
const assetIdsSchema = z.array(z.string().max(100)).max(100)
// Scheduling and publishing have their own use cases; a person moves a draft only between these.
const editableStages = z.enum(['saved', 'draft', 'archived'])
const draftAnswer = {
  description: 'The draft',
  headers: z.object({ etag: z.string() }),
  content: { 'application/json': { schema: draftSchema } },
}

const listRoute = createRoute({
  method: 'get',
  path: '/drafts',
  operationId: 'listDrafts',
  summary: 'List drafts, newest first',
  middleware: [requirePermission('drafts.read')] as const,
  request: {
    query: pageQuery.extend({
      stage: z.enum(draftStages).optional(),
      clipId: z.string().max(100).optional(),
    }),
  },
  responses: {
    200: { description: 'Drafts', content: { 'application/json': { schema: pageOf(draftSchema) } } },
    ...problemResponses(),
  },
})

const createDraftRoute = createRoute({
  method: 'post',
  path: '/drafts',
  operationId: 'createDraft',
  summary: 'Make a draft',
  middleware: [requirePermission('drafts.write'), idempotent()] as const,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            title: draftTitleSchema,
            body: draftBodySchema.optional(),
            stage: z.enum(['saved', 'draft']).optional(),
            assetIds: assetIdsSchema.optional(),
            clipId: z.string().max(100).optional(),
          }),
        },
      },
    },
  },
  responses: { 201: draftAnswer, ...problemResponses(409, 422) },
})

const getRoute = createRoute({
  method: 'get',
  path: '/drafts/{draftId}',
  operationId: 'getDraft',
  summary: 'Get a draft',
  middleware: [requirePermission('drafts.read')] as const,
  request: { params: draftParams },
  responses: { 200: draftAnswer, ...problemResponses(404) },
})

const updateRoute = createRoute({
  method: 'patch',
  path: '/drafts/{draftId}',
  operationId: 'updateDraft',
  summary: 'Change a draft',
  middleware: [requirePermission('drafts.write')] as const,
  request: {
    params: draftParams,
    headers: ifMatchHeader,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            title: draftTitleSchema.optional(),
            body: draftBodySchema.optional(),
            stage: editableStages.optional(),
            assetIds: assetIdsSchema.optional(),
          }),
        },
      },
    },
  },
  responses: { 200: draftAnswer, ...problemResponses(404, 409, 412, 422, 428) },
})

const archiveRoute = createRoute({
  method: 'post',
  path: '/drafts/{draftId}/archive',
  operationId: 'archiveDraft',
  summary: 'Archive a draft',
  middleware: [requirePermission('drafts.write')] as const,
  request: { params: draftParams, headers: ifMatchHeader },
  responses: { 200: draftAnswer, ...problemResponses(404, 409, 412, 428) },
})

/** Routes of drafts, to be mounted under /api/v1. */
export function draftRoutes(deps: { db: Db }): OpenAPIHono<HttpEnv> {
  const share = shareReads()
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, (c) =>
      share(c, () => listDrafts(deps, { actor: c.var.actor, ...c.req.valid('query') })),
    )
    .openapi(createDraftRoute, async (c) => {
      const draft = await createDraft(deps, { actor: c.var.actor, ...c.req.valid('json') })
      return c.json(draft, 201, { etag: etagOf(draft.version), location: `/api/v1/drafts/${draft.id}` })
    })
    .openapi(getRoute, (c) => share(c, () => getDraft(deps, { actor: c.var.actor, ...c.req.valid('param') })))
    .openapi(updateRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = { ...c.req.valid('param'), ...c.req.valid('json') }
      const draft = await updateDraft(deps, { actor: c.var.actor, version, ...change })
      return c.json(draft, 200, { etag: etagOf(draft.version) })
    })
    .openapi(archiveRoute, async (c) => {
      const version = requireIfMatch(c)
      const draft = await archiveDraft(deps, { actor: c.var.actor, version, ...c.req.valid('param') })
      return c.json(draft, 200, { etag: etagOf(draft.version) })
    })
}
