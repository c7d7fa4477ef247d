import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import { checkModels } from './check-models.ts'
import { chooseModels } from './choose-models.ts'
import { listChoices, modelChoiceSchema, setChoice } from './keep-choices.ts'
import { getModel, listModels, modelStateSchema } from './list-models.ts'
import { modelKinds } from './model.ts'
import type { ModelDeps } from './model-deps.ts'
import { rateCall } from './rate-call.ts'
import { tryStream } from './try-model.ts'

const mayRead = requirePermission('models.read')
const mayWrite = requirePermission('models.write')
const name = z.string().trim().max(100)
const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const body = <S extends z.ZodType>(schema: S) => ({
  required: true,
  content: { 'application/json': { schema } },
})

const listRoute = createRoute({
  method: 'get',
  path: '/models',
  operationId: 'listModels',
  summary: 'The registry of models, with health, latency and cost',
  middleware: [mayRead] as const,
  request: { query: z.object({ kind: z.enum(modelKinds).optional() }) },
  responses: {
    200: json(z.object({ items: z.array(modelStateSchema) }), 'All of them'),
    ...problemResponses(),
  },
})

const choicesRoute = createRoute({
  method: 'get',
  path: '/models/choices',
  operationId: 'listModelChoices',
  summary: 'Which models are wanted for what, in this environment',
  middleware: [mayRead] as const,
  responses: {
    200: json(z.object({ items: z.array(modelChoiceSchema) }), 'All of them'),
    ...problemResponses(),
  },
})

const setChoiceRoute = createRoute({
  method: 'put',
  path: '/models/choices',
  operationId: 'setModelChoice',
  summary: 'Set the chain of models for a kind, task and topic; an empty chain takes it back',
  middleware: [mayWrite] as const,
  request: {
    body: body(
      z.strictObject({
        kind: z.enum(modelKinds),
        task: name.optional(),
        topic: name.optional(),
        chain: z.array(z.string().max(300)).max(10),
      }),
    ),
  },
  responses: {
    200: json(modelChoiceSchema, 'The chain'),
    204: { description: 'Taken back' },
    ...problemResponses(404, 410, 422),
  },
})

const chosenRoute = createRoute({
  method: 'get',
  path: '/models/chosen',
  operationId: 'explainModelChoice',
  summary: 'Which models would be tried for a task and topic, and why not the others',
  middleware: [mayRead] as const,
  request: {
    query: z.object({
      kind: z.enum(modelKinds).default('text'),
      task: name.optional(),
      topic: name.optional(),
    }),
  },
  responses: {
    200: json(
      z.object({
        because: z.string(),
        candidates: z.array(z.object({ model: z.string(), title: z.string(), skip: z.string().nullable() })),
      }),
      'In the order they are tried',
    ),
    ...problemResponses(),
  },
})

const checksRoute = createRoute({
  method: 'post',
  path: '/models/checks',
  operationId: 'checkModels',
  summary: 'Ask the configured vendors whether they are there; costs nothing',
  middleware: [mayWrite] as const,
  request: { body: body(z.strictObject({ vendor: name.optional() })) },
  responses: {
    200: json(
      z.object({
        items: z.array(
          z.object({
            vendor: z.string(),
            result: z.string(),
            message: z.string().nullable(),
            models: z.array(z.string()),
          }),
        ),
      }),
      'What each one said',
    ),
    ...problemResponses(),
  },
})

const tryRoute = createRoute({
  method: 'post',
  path: '/models/try',
  operationId: 'tryModel',
  summary: 'Try a model: its text as server-sent events',
  description:
    'Events: `text` with `{text}`, then `done` with tokens, cost and what was left out, or `failed` with the problem when it breaks off. It costs what it costs, within the budgets.',
  middleware: [mayWrite] as const,
  request: {
    body: body(
      z.strictObject({
        modelId: z.string().max(300).optional().openapi({ description: 'Default: as the chain says.' }),
        prompt: z.string().trim().min(1).max(100_000),
        system: z.string().max(20_000).optional(),
        notes: z.array(z.string().max(500_000)).max(50).optional(),
        maxOutputTokens: z.int().min(1).max(8_000).default(800),
        task: name.optional(),
        topic: name.optional(),
      }),
    ),
  },
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
    ...problemResponses(402, 404, 410, 422, 503),
  },
})

const rateRoute = createRoute({
  method: 'post',
  path: '/models/ratings',
  operationId: 'rateModelCall',
  summary: 'Say how good an answer was',
  middleware: [mayWrite] as const,
  request: { body: body(z.strictObject({ callId: z.string().max(100), rating: z.number().min(0).max(1) })) },
  responses: { 204: { description: 'Kept' }, ...problemResponses(404, 422) },
})

const getRoute = createRoute({
  method: 'get',
  path: '/models/{modelId}',
  operationId: 'getModel',
  summary: 'One model',
  middleware: [mayRead] as const,
  request: { params: z.object({ modelId: z.string().max(300) }) },
  responses: { 200: json(modelStateSchema, 'The model'), ...problemResponses(404) },
})

/** `/models`, to be mounted under /api/v1. */
export function modelRoutes(deps: ModelDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) =>
      c.json(await listModels(deps, { actor: c.var.actor, ...c.req.valid('query') }), 200),
    )
    .openapi(choicesRoute, async (c) => c.json(await listChoices(deps, { actor: c.var.actor }), 200))
    .openapi(setChoiceRoute, async (c) => {
      const choice = await setChoice(deps, { actor: c.var.actor, ...c.req.valid('json') })
      return choice ? c.json(choice, 200) : c.body(null, 204)
    })
    .openapi(chosenRoute, async (c) => {
      const { workspaceId } = c.var.actor
      const chosen = await chooseModels(deps, { workspaceId, ...c.req.valid('query') })
      const candidates = chosen.candidates.map(({ model, skip }) => ({
        model: model.id,
        title: model.title,
        skip: skip ?? null,
      }))
      return c.json({ because: chosen.because, candidates }, 200)
    })
    .openapi(checksRoute, async (c) =>
      c.json(await checkModels(deps, { actor: c.var.actor, ...c.req.valid('json') }), 200),
    )
    .openapi(tryRoute, (c) => tryStream(deps, c, c.req.valid('json')) as never)
    .openapi(rateRoute, async (c) => {
      await rateCall(deps, { actor: c.var.actor, ...c.req.valid('json') })
      return c.body(null, 204)
    })
    .openapi(getRoute, async (c) =>
      c.json(await getModel(deps, { actor: c.var.actor, ...c.req.valid('param') }), 200),
    )
}
