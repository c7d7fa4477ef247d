import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Db } from '../../../platform/db/client.ts'
import { etagOf, requireIfMatch } from '../../../platform/http/etag.ts'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import { adaptationSchema } from './adaptation.ts'
import { adaptDraft } from './adapt-draft.ts'
import { checkContent, countContent } from './check-content.ts'
import { contentSchema, countSchema, violationSchema } from './content.ts'
import { editAdaptation, removeAdaptation } from './edit-adaptation.ts'
import { listAdaptations } from './list-adaptations.ts'
import { allTextLimits, textDestinations, textLimitsOf, textLimitsSchema } from './text-limits.ts'

const destination = z.enum(textDestinations)
const draftParams = z.object({ draftId: z.string().max(100) })
const params = draftParams.extend({ destination })
const listSchema = z.object({ items: z.array(adaptationSchema) })
const listAnswer = {
  description: 'Adaptations of the draft',
  content: { 'application/json': { schema: listSchema } },
}

const limitsRoute = createRoute({
  method: 'get',
  path: '/text-limits',
  operationId: 'listTextLimits',
  summary: 'What destinations accept as text',
  description: 'Each with the source and the day it was last checked.',
  middleware: [requirePermission('drafts.read')] as const,
  responses: {
    200: {
      description: 'Limits',
      content: {
        'application/json': {
          schema: z.object({
            items: z.array(textLimitsSchema.extend({ destination }).openapi('TextLimits')),
          }),
        },
      },
    },
    ...problemResponses(),
  },
})

const checkRoute = createRoute({
  method: 'post',
  path: '/text-checks',
  operationId: 'checkText',
  summary: 'Hold a text against the limits of a destination',
  description: 'Nothing is stored.',
  middleware: [requirePermission('drafts.read')] as const,
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: z.strictObject({ destination, content: contentSchema }) } },
    },
  },
  responses: {
    200: {
      description: 'What would be refused, cut or ignored',
      content: {
        'application/json': {
          schema: z.object({ counts: z.array(countSchema), violations: z.array(violationSchema) }),
        },
      },
    },
    ...problemResponses(),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/drafts/{draftId}/adaptations',
  operationId: 'listAdaptations',
  summary: 'What a draft says at each destination',
  middleware: [requirePermission('drafts.read')] as const,
  request: { params: draftParams },
  responses: { 200: listAnswer, ...problemResponses(404) },
})

const adaptRoute = createRoute({
  method: 'post',
  path: '/drafts/{draftId}/adaptations',
  operationId: 'adaptDraft',
  summary: 'Adapt a draft for destinations',
  description:
    'By the rules of each destination; nothing is invented. Those that are there are kept, unless `again`.',
  middleware: [requirePermission('drafts.write')] as const,
  request: {
    params: draftParams,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            destinations: z.array(destination).min(1).max(textDestinations.length),
            again: z.boolean().optional(),
          }),
        },
      },
    },
  },
  responses: { 200: listAnswer, ...problemResponses(404, 409) },
})

const editRoute = createRoute({
  method: 'patch',
  path: '/drafts/{draftId}/adaptations/{destination}',
  operationId: 'editAdaptation',
  summary: 'Change what a draft says at a destination',
  middleware: [requirePermission('drafts.write')] as const,
  request: {
    params,
    headers: z.object({ 'if-match': z.string().optional().openapi({ example: '"v1"' }) }),
    body: {
      required: true,
      content: {
        'application/json': {
          // Not `partial()`: defaults would empty what is left out.
          schema: z.strictObject({
            title: z.string().max(2_000).optional(),
            text: z.string().max(100_000).optional(),
            tags: contentSchema.shape.tags.unwrap().optional(),
          }),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The adaptation',
      headers: z.object({ etag: z.string() }),
      content: { 'application/json': { schema: adaptationSchema } },
    },
    ...problemResponses(404, 409, 412, 428),
  },
})

const removeRoute = createRoute({
  method: 'delete',
  path: '/drafts/{draftId}/adaptations/{destination}',
  operationId: 'removeAdaptation',
  summary: 'Take an adaptation away',
  middleware: [requirePermission('drafts.write')] as const,
  request: { params },
  responses: { 204: { description: 'It is gone' }, ...problemResponses(404, 409) },
})

/** Routes of adaptations, to be mounted under /api/v1. */
export function adaptationRoutes(deps: { db: Db; now?: () => Date }): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(limitsRoute, (c) => c.json({ items: allTextLimits() }, 200))
    .openapi(checkRoute, (c) => {
      const { destination, content } = c.req.valid('json')
      const limits = textLimitsOf(destination)
      const answer = { counts: countContent(content, limits), violations: checkContent(content, limits) }
      return c.json(answer, 200)
    })
    .openapi(listRoute, async (c) => {
      const items = await listAdaptations(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.json({ items }, 200)
    })
    .openapi(adaptRoute, async (c) => {
      const asked = { ...c.req.valid('param'), ...c.req.valid('json') }
      return c.json({ items: await adaptDraft(deps, { actor: c.var.actor, ...asked }) }, 200)
    })
    .openapi(editRoute, async (c) => {
      const version = requireIfMatch(c)
      const content = c.req.valid('json')
      const place = { actor: c.var.actor, ...c.req.valid('param') }
      const adaptation = await editAdaptation(deps, { ...place, version, content })
      return c.json(adaptation, 200, { etag: etagOf(adaptation.version) })
    })
    .openapi(removeRoute, async (c) => {
      await removeAdaptation(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.body(null, 204)
    })
}
