import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { contentDisposition } from '../../../platform/http/content-disposition.ts'
import { etagOf, requireIfMatch } from '../../../platform/http/etag.ts'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { idempotent } from '../../../platform/http/idempotent.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import { engineNames } from '../../../providers/transcribe/port.ts'
import { confirmWords } from './confirm-words.ts'
import { correctTranscript } from './correct-transcript.ts'
import { createTranscript, type TranscriptDeps } from './create-transcript.ts'
import { deleteTranscript } from './delete-transcript.ts'
import {
  captionFormats,
  getCaptions,
  getTranscript,
  listRevisions,
  listTranscripts,
} from './get-transcript.ts'
import {
  languageSchema,
  revisionReasons,
  transcriptSchema,
  transcriptSummarySchema,
  transcriptTextSchema,
  wordSchema,
} from './transcript.ts'

const assetParams = z.object({ assetId: z.string().max(100) })
const params = z.object({ transcriptId: z.string().max(100) })
const ifMatch = z.object({ 'if-match': z.string().optional().openapi({ example: '"v1"' }) })
const answer = {
  description: 'The transcript',
  headers: z.object({ etag: z.string() }),
  content: { 'application/json': { schema: transcriptSchema } },
}
const json = <S extends z.ZodType>(schema: S) => ({
  required: true,
  content: { 'application/json': { schema } },
})

const createTranscriptRoute = createRoute({
  method: 'post',
  path: '/assets/{assetId}/transcripts',
  operationId: 'createTranscript',
  summary: 'Write down what is said in an asset',
  description:
    'With `script` the known text is put to the sound; without it an engine listens. Also needs `assets.read`.',
  middleware: [requirePermission('media.write'), idempotent()] as const,
  request: {
    params: assetParams,
    body: json(
      z.strictObject({
        script: transcriptTextSchema.optional(),
        engine: z.enum(engineNames).optional(),
        language: languageSchema.optional(),
      }),
    ),
  },
  responses: {
    202: { ...answer, description: 'The transcript, queued' },
    ...problemResponses(404, 409, 422),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/assets/{assetId}/transcripts',
  operationId: 'listTranscripts',
  summary: 'List the transcripts of an asset, newest first',
  middleware: [requirePermission('media.read')] as const,
  request: { params: assetParams },
  responses: {
    200: {
      description: 'At most 100, without their words',
      content: { 'application/json': { schema: z.object({ items: z.array(transcriptSummarySchema) }) } },
    },
    ...problemResponses(404),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/transcripts/{transcriptId}',
  operationId: 'getTranscript',
  summary: 'Get a transcript with its words',
  middleware: [requirePermission('media.read')] as const,
  request: { params },
  responses: { 200: answer, ...problemResponses(404) },
})

const revisionsRoute = createRoute({
  method: 'get',
  path: '/transcripts/{transcriptId}/revisions',
  operationId: 'listTranscriptRevisions',
  summary: 'Get every state the words were in, newest first',
  middleware: [requirePermission('media.read')] as const,
  request: { params },
  responses: {
    200: {
      description: 'At most 50',
      content: {
        'application/json': {
          schema: z.object({
            items: z.array(
              z.object({
                revision: z.int(),
                reason: z.enum(revisionReasons),
                engine: z.enum(engineNames),
                words: z.array(wordSchema),
                createdBy: z.string(),
                createdAt: z.iso.datetime(),
              }),
            ),
          }),
        },
      },
    },
    ...problemResponses(404),
  },
})

const captionsRoute = createRoute({
  method: 'get',
  path: '/transcripts/{transcriptId}/captions',
  operationId: 'getCaptions',
  summary: 'Download the captions of a transcript',
  middleware: [requirePermission('media.read')] as const,
  request: { params, query: z.object({ format: z.enum(captionFormats) }) },
  responses: {
    200: {
      description: 'The file, as an attachment',
      content: {
        'application/x-subrip': { schema: z.string() },
        'text/vtt': { schema: z.string() },
        'text/x-ssa': { schema: z.string() },
      },
    },
    ...problemResponses(404, 409),
  },
})

const correctRoute = createRoute({
  method: 'put',
  path: '/transcripts/{transcriptId}/text',
  operationId: 'correctTranscript',
  summary: 'Correct the text; it is put to the sound again',
  middleware: [requirePermission('media.write'), idempotent()] as const,
  request: { params, headers: ifMatch, body: json(z.strictObject({ text: transcriptTextSchema })) },
  responses: {
    202: { ...answer, description: 'The transcript, queued' },
    ...problemResponses(404, 409, 412, 422, 428),
  },
})

const confirmRoute = createRoute({
  method: 'post',
  path: '/transcripts/{transcriptId}/confirm',
  operationId: 'confirmTranscriptWords',
  summary: 'Note that words were checked and are right',
  middleware: [requirePermission('media.write'), idempotent()] as const,
  request: {
    params,
    headers: ifMatch,
    body: json(
      z.strictObject({
        words: z
          .array(z.int().min(0))
          .max(100_000)
          .optional()
          .openapi({ description: 'Places in the list of words, from 0; all without it.' }),
      }),
    ),
  },
  responses: { 200: answer, ...problemResponses(404, 409, 412, 422, 428) },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/transcripts/{transcriptId}',
  operationId: 'deleteTranscript',
  summary: 'Delete a transcript',
  middleware: [requirePermission('media.write')] as const,
  request: { params },
  responses: { 204: { description: 'Gone' }, ...problemResponses(404) },
})

/** `/assets/{assetId}/transcripts` and `/transcripts/{transcriptId}…`. */
export function transcriptRoutes(deps: TranscriptDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(createTranscriptRoute, async (c) => {
      const wish = { ...c.req.valid('param'), ...c.req.valid('json') }
      const made = await createTranscript(deps, { actor: c.var.actor, ...wish })
      return c.json(made, 202, { etag: etagOf(made.version), location: `/api/v1/transcripts/${made.id}` })
    })
    .openapi(listRoute, async (c) => {
      return c.json(
        { items: await listTranscripts(deps, { actor: c.var.actor, ...c.req.valid('param') }) },
        200,
      )
    })
    .openapi(getRoute, async (c) => {
      const found = await getTranscript(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.json(found, 200, { etag: etagOf(found.version) })
    })
    .openapi(revisionsRoute, async (c) => {
      const items = await listRevisions(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.json({ items }, 200)
    })
    .openapi(captionsRoute, async (c) => {
      const which = { ...c.req.valid('param'), ...c.req.valid('query') }
      const file = await getCaptions(deps, { actor: c.var.actor, ...which })
      return c.body(file.text, 200, {
        'content-type': file.contentType,
        'content-disposition': contentDisposition('attachment', file.fileName),
      })
    })
    .openapi(correctRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = { ...c.req.valid('param'), ...c.req.valid('json') }
      const made = await correctTranscript(deps, { actor: c.var.actor, version, ...change })
      return c.json(made, 202, { etag: etagOf(made.version) })
    })
    .openapi(confirmRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = { ...c.req.valid('param'), ...c.req.valid('json') }
      const made = await confirmWords(deps, { actor: c.var.actor, version, ...change })
      return c.json(made, 200, { etag: etagOf(made.version) })
    })
    .openapi(deleteRoute, async (c) => {
      await deleteTranscript(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.body(null, 204)
    })
}
