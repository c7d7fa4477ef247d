import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import type { Part } from '../../../platform/part.ts'
import { compareTexts, type EmbeddingDeps } from './embed-texts.ts'

const text = z.string().min(1).max(20_000)

const compareRoute = createRoute({
  method: 'post',
  path: '/models/likeness',
  operationId: 'compareTexts',
  summary: 'How near texts are to a question in meaning, the nearest first',
  middleware: [requirePermission('models.write')] as const,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            query: text,
            texts: z.array(text).min(1).max(256),
            embedder: z.string().max(50).optional().openapi({ description: 'offline, openai or bedrock.' }),
          }),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'Likeness is the cosine: 1 for the same, about 0 for nothing in common',
      content: {
        'application/json': {
          schema: z
            .object({
              space: z.string(),
              costMicros: z.int(),
              items: z.array(z.object({ text: z.string(), likeness: z.number() })),
            })
            .openapi('Likeness'),
        },
      },
    },
    ...problemResponses(402, 422, 503),
  },
})

/** Embeddings: the route to try them. Mounted before `modelsPart`. */
export function embeddingPart(deps: EmbeddingDeps): Part {
  const routes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid }).openapi(compareRoute, async (c) =>
    c.json(await compareTexts(deps, { actor: c.var.actor, ...c.req.valid('json') }), 200),
  )
  return { routes: [routes] }
}
