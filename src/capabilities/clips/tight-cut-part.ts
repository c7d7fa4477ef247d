import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { handleStep, handleWorkflow } from '../../platform/durable/index.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { idempotent } from '../../platform/http/idempotent.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../platform/http/validation.ts'
import type { Part } from '../../platform/part.ts'
import type { AssetDeps } from '../assets/index.ts'
import { renderTightCut, startTightCut } from './render-tight-cut.ts'
import { renderTightCutStep, renderTightCutWorkflow } from './tight-cut-workflow.ts'

const renderRoute = createRoute({
  method: 'post',
  path: '/assets/{assetId}/tight-cut',
  operationId: 'renderTightCut',
  summary: 'Render the accepted suggestions as a new file',
  description:
    'Queues the work and answers at once; the result of the run names the new asset. Also needs `media.read` and `assets.read`.',
  middleware: [requirePermission('clips.write'), idempotent()] as const,
  request: { params: z.object({ assetId: z.string().max(100) }) },
  responses: {
    202: {
      description: 'Queued',
      content: { 'application/json': { schema: z.object({ runId: z.string() }).openapi('StartedTightCut') } },
    },
    ...problemResponses(404, 409, 422),
  },
})

/** Rendering of tight cuts: the route and its run. */
export function tightCutPart(deps: AssetDeps): Part {
  return {
    routes: [
      new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid }).openapi(renderRoute, async (c) => {
        const run = await startTightCut(deps, { actor: c.var.actor, ...c.req.valid('param') })
        return c.json({ runId: run.id }, 202, { location: `/api/v1/runs/${run.id}` })
      }),
    ],
    steps: [
      handleStep(renderTightCutStep, ({ actor, runId, signal, report, once }, input) =>
        renderTightCut(deps, { actor, runId, signal, report, once, ...input }),
      ),
    ],
    workflows: [
      handleWorkflow(renderTightCutWorkflow, {
        async run(flow, input) {
          await flow.stage('render')
          return flow.step(renderTightCutStep, input)
        },
      }),
    ],
  }
}
