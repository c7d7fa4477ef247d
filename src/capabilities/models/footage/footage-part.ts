import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { idempotent } from '../../../platform/http/idempotent.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import type { Part } from '../../../platform/part.ts'
import { footageWishSchema } from './footage.ts'
import type { FootageDeps } from './footage-deps.ts'
import { footageSteps, footageWorkflow } from './footage-runs.ts'
import { startFootage } from './start-footage.ts'

const startRoute = createRoute({
  method: 'post',
  path: '/models/footage',
  operationId: 'makeFootage',
  summary: 'Have footage made by a video model; it costs money',
  description: 'Answers with a run. Its result names the asset, its size and what it cost.',
  middleware: [requirePermission('models.write'), idempotent()] as const,
  request: { body: { required: true, content: { 'application/json': { schema: footageWishSchema } } } },
  responses: {
    202: {
      description: 'The run, queued',
      content: {
        'application/json': {
          schema: z.object({ runId: z.string(), modelId: z.string(), estimateMicros: z.int() }),
        },
      },
    },
    ...problemResponses(402, 410, 422),
  },
})

/** Footage by video models: its route, its steps and its workflow. Mounted before `modelsPart`. */
export function footagePart(deps: FootageDeps): Part {
  const routes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid }).openapi(startRoute, async (c) => {
    const run = await startFootage(deps, { actor: c.var.actor, wish: c.req.valid('json') })
    const { modelId } = run.input as { modelId: string }
    return c.json({ runId: run.id, modelId, estimateMicros: run.estimateMicros }, 202)
  })
  return { routes: [routes], steps: footageSteps(deps), workflows: [footageWorkflow()] }
}
