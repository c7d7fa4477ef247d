import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { etagOf, requireIfMatch } from '../../../platform/http/etag.ts'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { idempotent } from '../../../platform/http/idempotent.ts'
import { pageOf, pageQuery } from '../../../platform/http/pagination.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import type { ClipDeps } from '../create-clip.ts'
import { detectionAnswerSchema, detectionEventSchema } from './detection.ts'
import { createRule, deleteRule, getRule, listRules, updateRule } from './keep-rules.ts'
import { ruleInputSchema, ruleSchema } from './rule.ts'
import { takeDetection } from './take-detection.ts'

const ruleParams = z.object({ ruleId: z.string().max(100) })
const ruleAnswer = {
  description: 'The rule',
  headers: z.object({ etag: z.string() }),
  content: { 'application/json': { schema: ruleSchema } },
}
const ruleChangeSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(ruleInputSchema.shape).map(([name, schema]) => [
      name,
      ('removeDefault' in schema ? schema.removeDefault() : schema).optional(),
    ]),
  ) as never,
) as unknown as z.ZodType<Partial<z.output<typeof ruleInputSchema>>>

const takeRoute = createRoute({
  method: 'post',
  path: '/events',
  operationId: 'takeEvent',
  summary: 'Tell of detected clips: rules start batches of them',
  description:
    'Takes our own event or one of EventBridge (an API destination with an API key). The same id twice starts nothing twice. Nothing is started when a row is wrong: `detail.rows` names each.',
  middleware: [requirePermission('clips.write')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: detectionEventSchema } } } },
  responses: {
    202: { description: 'Taken', content: { 'application/json': { schema: detectionAnswerSchema } } },
    ...problemResponses(404, 422),
  },
})

const createRuleRoute = createRoute({
  method: 'post',
  path: '/clips/rules',
  operationId: 'createClipRule',
  summary: 'Keep a rule about which detected clips are cut, and how',
  middleware: [requirePermission('clips.write'), idempotent()] as const,
  request: { body: { required: true, content: { 'application/json': { schema: ruleInputSchema } } } },
  responses: { 201: ruleAnswer, ...problemResponses(422) },
})

const listRulesRoute = createRoute({
  method: 'get',
  path: '/clips/rules',
  operationId: 'listClipRules',
  summary: 'List rules, oldest first',
  middleware: [requirePermission('clips.read')] as const,
  request: { query: pageQuery },
  responses: {
    200: { description: 'A page', content: { 'application/json': { schema: pageOf(ruleSchema) } } },
    ...problemResponses(),
  },
})

const getRuleRoute = createRoute({
  method: 'get',
  path: '/clips/rules/{ruleId}',
  operationId: 'getClipRule',
  summary: 'Get a rule',
  middleware: [requirePermission('clips.read')] as const,
  request: { params: ruleParams },
  responses: { 200: ruleAnswer, ...problemResponses(404) },
})

const updateRuleRoute = createRoute({
  method: 'patch',
  path: '/clips/rules/{ruleId}',
  operationId: 'updateClipRule',
  summary: 'Change a rule',
  middleware: [requirePermission('clips.write')] as const,
  request: {
    params: ruleParams,
    headers: z.object({ 'if-match': z.string().optional().openapi({ example: '"v1"' }) }),
    body: { required: true, content: { 'application/json': { schema: ruleChangeSchema } } },
  },
  responses: { 200: ruleAnswer, ...problemResponses(404, 412, 422, 428) },
})

const deleteRuleRoute = createRoute({
  method: 'delete',
  path: '/clips/rules/{ruleId}',
  operationId: 'deleteClipRule',
  summary: 'Delete a rule; what it started goes on',
  middleware: [requirePermission('clips.write')] as const,
  request: { params: ruleParams },
  responses: { 204: { description: 'Gone' }, ...problemResponses(404) },
})

/** `POST /events` and `/clips/rules`. Mounted before `/clips/{clipId}`, which would take "rules" for an id. */
export function detectionRoutes(deps: ClipDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(takeRoute, async (c) =>
      c.json(await takeDetection(deps, { actor: c.var.actor, event: c.req.valid('json') }), 202),
    )
    .openapi(createRuleRoute, async (c) => {
      const rule = await createRule(deps, { actor: c.var.actor, rule: c.req.valid('json') })
      return c.json(rule, 201, { etag: etagOf(rule.version), location: `/api/v1/clips/rules/${rule.id}` })
    })
    .openapi(listRulesRoute, async (c) =>
      c.json(await listRules(deps, { actor: c.var.actor, ...c.req.valid('query') }), 200),
    )
    .openapi(getRuleRoute, async (c) => {
      const rule = await getRule(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.json(rule, 200, { etag: etagOf(rule.version) })
    })
    .openapi(updateRuleRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = c.req.valid('json')
      const rule = await updateRule(deps, { actor: c.var.actor, ...c.req.valid('param'), version, change })
      return c.json(rule, 200, { etag: etagOf(rule.version) })
    })
    .openapi(deleteRuleRoute, async (c) => {
      await deleteRule(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.body(null, 204)
    })
}
