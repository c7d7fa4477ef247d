import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'

import type { Db } from '../db/client.ts'
import type { HttpEnv } from '../http/http-env.ts'
import { idempotent } from '../http/idempotent.ts'
import { pageOf, pageQuery } from '../http/pagination.ts'
import { requirePermission } from '../http/permission.ts'
import { problemResponses } from '../http/problem-responses.ts'
import { shareReads } from '../http/share-reads.ts'
import { refuseInvalid } from '../http/validation.ts'
import { cancelRun } from './cancel-run.ts'
import { getRun } from './get-run.ts'
import { listRuns } from './list-runs.ts'
import { retryRun } from './retry-run.ts'
import { runStates } from './run.ts'

const runErrorSchema = z.object({
  code: z.string().openapi({ example: 'media.truncated' }),
  message: z.string(),
  help: z.string(),
  retryable: z.boolean(),
})

/** A run as the API shows it. */
export const runSchema = z
  .object({
    id: z.string().openapi({ example: 'run_01JD0000000000000000000000' }),
    workspaceId: z.string(),
    workflow: z.string().openapi({ example: 'processRecording' }),
    title: z.string(),
    subjectId: z.string().openapi({ description: 'What the run is about, such as a production or a clip.' }),
    state: z.enum(runStates),
    stage: z.string().nullable(),
    stageLabel: z.string().nullable().openapi({ description: 'The stage in words for people.' }),
    percent: z.number().min(0).max(100),
    attempt: z.int().min(1),
    input: z.unknown(),
    result: z.unknown().openapi({ description: 'What the workflow returned; null until it has succeeded.' }),
    error: runErrorSchema.nullable(),
    stuckSince: z.iso.datetime().nullable().openapi({ description: 'Set while the run does not move.' }),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('Run')

const runParams = z.object({ runId: z.string().max(100) })
const runAnswer = { description: 'The run', content: { 'application/json': { schema: runSchema } } }

const listRoute = createRoute({
  method: 'get',
  path: '/runs',
  operationId: 'listRuns',
  summary: 'List runs, newest first',
  middleware: [requirePermission('runs.read')] as const,
  request: {
    query: pageQuery.extend({
      state: z.enum(runStates).optional(),
      subjectId: z.string().max(100).optional(),
    }),
  },
  responses: {
    200: { description: 'Runs', content: { 'application/json': { schema: pageOf(runSchema) } } },
    ...problemResponses(),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/runs/{runId}',
  operationId: 'getRun',
  summary: 'Get a run',
  middleware: [requirePermission('runs.read')] as const,
  request: { params: runParams },
  responses: { 200: runAnswer, ...problemResponses(404) },
})

const cancelRoute = createRoute({
  method: 'post',
  path: '/runs/{runId}/cancel',
  operationId: 'cancelRun',
  summary: 'Cancel a run and undo what it did',
  middleware: [requirePermission('runs.write')] as const,
  request: { params: runParams },
  responses: { 200: runAnswer, ...problemResponses(404, 409) },
})

const retryRoute = createRoute({
  method: 'post',
  path: '/runs/{runId}/retry',
  operationId: 'retryRun',
  summary: 'Run a failed or cancelled run again',
  middleware: [requirePermission('runs.write'), idempotent()] as const,
  request: { params: runParams },
  responses: { 200: runAnswer, ...problemResponses(404, 409) },
})

/** Routes of runs, to be mounted under /api/v1. */
export function runRoutes({ db }: { db: Db }): OpenAPIHono<HttpEnv> {
  const share = shareReads()
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, (c) => share(c, () => listRuns(db, { actor: c.var.actor, ...c.req.valid('query') })))
    .openapi(getRoute, (c) => share(c, () => getRun(db, { actor: c.var.actor, ...c.req.valid('param') })))
    .openapi(cancelRoute, async (c) => {
      return c.json(await cancelRun(db, { actor: c.var.actor, ...c.req.valid('param') }), 200)
    })
    .openapi(retryRoute, async (c) => {
      return c.json(await retryRun(db, { actor: c.var.actor, ...c.req.valid('param') }), 200)
    })
}
