import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { idempotent } from '../../platform/http/idempotent.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { comparedSchema, comparePrompts, judges } from './compare-prompts.ts'
import type { PromptDeps } from './find-prompt.ts'
import { type RealData, previewPrompt } from './preview-prompt.ts'
import { promptDefinitionSchema } from './prompt.ts'
import { jsonAnswer, jsonBody, placeQuery, previewSchema, promptParams } from './prompt-requests.ts'
import { feedbackSchema, recordFeedback } from './record-feedback.ts'

const previewRoute = createRoute({
  method: 'post',
  path: '/prompts/{key}/preview',
  operationId: 'previewPrompt',
  summary: 'Render a prompt, saved or not, with real data of the workspace',
  middleware: [requirePermission('prompts.read')] as const,
  request: {
    params: promptParams,
    query: placeQuery,
    body: jsonBody(
      z.strictObject({
        definition: promptDefinitionSchema,
        values: z.record(z.string().max(50), z.unknown()).optional(),
      }),
    ),
  },
  responses: {
    200: jsonAnswer('The messages as a model would get them', previewSchema),
    ...problemResponses(422),
  },
})

const compareRoute = createRoute({
  method: 'post',
  path: '/prompts/{key}/compare',
  operationId: 'comparePrompts',
  summary: 'Start an experiment between versions of a prompt',
  middleware: [requirePermission('prompts.write'), idempotent()] as const,
  request: {
    params: promptParams,
    query: placeQuery,
    body: jsonBody(
      z.strictObject({
        versions: z
          .array(comparedSchema)
          .min(2)
          .max(10)
          .openapi({ description: 'The first is the control.' }),
        judgedBy: z.enum(judges).optional(),
        minUnits: z.int().min(10).max(1_000_000).optional(),
        minDays: z.number().min(0).max(365).optional(),
      }),
    ),
  },
  responses: {
    201: jsonAnswer('The experiment that runs now', z.object({ key: z.string(), state: z.string() })),
    ...problemResponses(404, 409, 422),
  },
})

const feedbackRoute = createRoute({
  method: 'post',
  path: '/prompts/feedback',
  operationId: 'recordPromptFeedback',
  summary: 'Record what a person did with a text that a prompt made',
  middleware: [requirePermission('prompts.write')] as const,
  request: { body: jsonBody(feedbackSchema) },
  responses: {
    200: jsonAnswer(
      'The share of words that was changed',
      z.object({ editShare: z.number().nullable(), recorded: z.int() }),
    ),
    ...problemResponses(422),
  },
})

/** Routes that try prompts out, to be mounted under /api/v1. */
export function trialRoutes(deps: PromptDeps & { realData?: RealData }): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(feedbackRoute, async (c) =>
      c.json(await recordFeedback(deps, { actor: c.var.actor, feedback: c.req.valid('json') }), 200),
    )
    .openapi(previewRoute, async (c) => {
      const question = { ...c.req.valid('param'), ...c.req.valid('query'), ...c.req.valid('json') }
      const { values, ...preview } = await previewPrompt(deps, { actor: c.var.actor, ...question })
      const shown = values.map(({ value, ...rest }) => ({ ...rest, value: value as string | null }))
      return c.json({ ...preview, values: shown }, 200)
    })
    .openapi(compareRoute, async (c) => {
      const plan = { ...c.req.valid('param'), ...c.req.valid('query'), ...c.req.valid('json') }
      const { key, state } = await comparePrompts(deps, { actor: c.var.actor, ...plan })
      return c.json({ key, state }, 201, { location: `/api/v1/experiments/${key}` })
    })
}
