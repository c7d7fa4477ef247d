import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { etagOf, requireIfMatch } from '../../../platform/http/etag.ts'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { idempotent } from '../../../platform/http/idempotent.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import { type VideoPrices, videoEstimateSchema } from '../cost-impact.ts'
import type { SettingsDeps } from '../stored-settings.ts'
import { changeTopicSettings, topicSettingsSchema } from './change-topic-settings.ts'
import { estimateTopic, previewSpeech } from './estimate-topic.ts'
import { getTopic, listTopics, listTopicVersions } from './list-topics.ts'
import { createTopic, removeTopic, rollbackTopic, updateTopic } from './save-topic.ts'
import { topicProfileSchema, topicSchema, topicSlugSchema, topicVersionSchema } from './topic.ts'
import { voiceChoices, voiceChoiceSchema } from './voice-choices.ts'

export type TopicRouteDeps = SettingsDeps & { prices: VideoPrices }

const params = z.object({ topic: topicSlugSchema.openapi({ example: 'health' }) })
const reason = z.string().trim().min(1).max(500).default('changed')
// The rule over several parts is checked on the whole profile after the change.
const partOfProfile = z.strictObject(topicProfileSchema.shape).partial().openapi('TopicChange')
const ifMatch = z.object({ 'if-match': z.string().optional().openapi({ example: '"v0"' }) })
const json = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})
const answer = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})
const topicAnswer = { ...answer('The topic', topicSchema), headers: z.object({ etag: z.string() }) }

const listRoute = createRoute({
  method: 'get',
  path: '/topics',
  operationId: 'listTopics',
  summary: 'List topics by name',
  middleware: [requirePermission('topics.read')] as const,
  responses: { 200: answer('Topics', z.object({ items: z.array(topicSchema) })), ...problemResponses() },
})

const voicesRoute = createRoute({
  method: 'get',
  path: '/topic-voices',
  operationId: 'listTopicVoices',
  summary: 'List the voices that a topic can have, with what they cost',
  middleware: [requirePermission('topics.read')] as const,
  responses: {
    200: answer('Voices', z.object({ items: z.array(voiceChoiceSchema) })),
    ...problemResponses(),
  },
})

const addRoute = createRoute({
  method: 'post',
  path: '/topics',
  operationId: 'createTopic',
  summary: 'Add a topic',
  middleware: [requirePermission('topics.write'), idempotent()] as const,
  request: {
    body: json(z.strictObject({ topic: topicSlugSchema.optional(), profile: partOfProfile, reason })),
  },
  responses: { 201: topicAnswer, ...problemResponses(409, 422) },
})

const getRoute = createRoute({
  method: 'get',
  path: '/topics/{topic}',
  operationId: 'getTopic',
  summary: 'Get a topic',
  middleware: [requirePermission('topics.read')] as const,
  request: { params },
  responses: { 200: topicAnswer, ...problemResponses(404) },
})

const updateRoute = createRoute({
  method: 'patch',
  path: '/topics/{topic}',
  operationId: 'updateTopic',
  summary: 'Change parts of a topic',
  middleware: [requirePermission('topics.write')] as const,
  request: { params, headers: ifMatch, body: json(z.strictObject({ profile: partOfProfile, reason })) },
  responses: { 200: topicAnswer, ...problemResponses(404, 412, 422, 428) },
})

const removeRoute = createRoute({
  method: 'delete',
  path: '/topics/{topic}',
  operationId: 'removeTopic',
  summary: 'Take a topic out of the lists',
  middleware: [requirePermission('topics.write')] as const,
  request: { params, headers: ifMatch },
  responses: { 204: { description: 'It is gone' }, ...problemResponses(404, 412, 428) },
})

const versionsRoute = createRoute({
  method: 'get',
  path: '/topics/{topic}/versions',
  operationId: 'listTopicVersions',
  summary: 'List the changes of a topic, newest first',
  middleware: [requirePermission('topics.read')] as const,
  request: { params },
  responses: {
    200: answer('The last hundred changes', z.object({ items: z.array(topicVersionSchema) })),
    ...problemResponses(404),
  },
})

const rollbackRoute = createRoute({
  method: 'post',
  path: '/topics/{topic}/rollback',
  operationId: 'rollbackTopic',
  summary: 'Bring an earlier version of a topic back',
  middleware: [requirePermission('topics.write')] as const,
  request: { params, body: json(z.strictObject({ toVersion: z.int().min(0), reason })) },
  responses: { 200: topicAnswer, ...problemResponses(404, 412, 422) },
})

const estimateRoute = createRoute({
  method: 'get',
  path: '/topics/{topic}/estimate',
  operationId: 'estimateTopic',
  summary: 'Estimate what one video of a topic costs',
  middleware: [requirePermission('topics.read')] as const,
  request: { params },
  responses: { 200: answer('The estimate', videoEstimateSchema), ...problemResponses(404) },
})

const settingsRoute = createRoute({
  method: 'post',
  path: '/topics/{topic}/settings',
  operationId: 'changeTopicSettings',
  summary: 'Change voice and lengths of a topic at once, or see what that would cost',
  description:
    'All of it or nothing. With `isDryRun` every check is made and nothing is changed. Null takes a value away. `versions` are those the change was made on, by key.',
  middleware: [requirePermission('topics.write'), idempotent()] as const,
  request: {
    params,
    body: json(
      z.strictObject({
        values: z.record(z.string().max(100), z.unknown()),
        versions: z.record(z.string().max(100), z.int().min(0)).optional(),
        reason,
        isDryRun: z.boolean().default(false),
      }),
    ),
  },
  responses: {
    200: answer('What was or would be changed, with the estimate', topicSettingsSchema),
    ...problemResponses(404, 412, 422),
  },
})

const speechRoute = createRoute({
  method: 'post',
  path: '/topics/{topic}/speech-preview',
  operationId: 'previewTopicSpeech',
  summary: 'Show a text as it is given to a voice, in SSML',
  middleware: [requirePermission('topics.write')] as const,
  request: { params, body: json(z.strictObject({ text: z.string().min(1).max(20_000) })) },
  responses: { 200: answer('SSML', z.object({ ssml: z.string() })), ...problemResponses(404) },
})

/** Routes of topics, to be mounted under /api/v1. */
export function topicRoutes(deps: TopicRouteDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) => c.json({ items: await listTopics(deps, { actor: c.var.actor }) }, 200))
    .openapi(voicesRoute, async (c) => {
      return c.json({ items: await voiceChoices(deps.prices, c.var.actor) }, 200)
    })
    .openapi(addRoute, async (c) => {
      const topic = await createTopic(deps, { actor: c.var.actor, ...c.req.valid('json') })
      return c.json(topic, 201, { etag: etagOf(topic.version) })
    })
    .openapi(getRoute, async (c) => {
      const topic = await getTopic(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.json(topic, 200, { etag: etagOf(topic.version) })
    })
    .openapi(updateRoute, async (c) => {
      const version = requireIfMatch(c)
      const change = { ...c.req.valid('param'), ...c.req.valid('json') }
      const topic = await updateTopic(deps, { actor: c.var.actor, version, ...change })
      return c.json(topic, 200, { etag: etagOf(topic.version) })
    })
    .openapi(removeRoute, async (c) => {
      const version = requireIfMatch(c)
      await removeTopic(deps, { actor: c.var.actor, version, ...c.req.valid('param') })
      return c.body(null, 204)
    })
    .openapi(versionsRoute, async (c) => {
      const asked = { actor: c.var.actor, ...c.req.valid('param') }
      return c.json({ items: await listTopicVersions(deps, asked) }, 200)
    })
    .openapi(rollbackRoute, async (c) => {
      const change = { ...c.req.valid('param'), ...c.req.valid('json') }
      const topic = await rollbackTopic(deps, { actor: c.var.actor, ...change })
      return c.json(topic, 200, { etag: etagOf(topic.version) })
    })
    .openapi(estimateRoute, async (c) => {
      return c.json(await estimateTopic(deps, { actor: c.var.actor, ...c.req.valid('param') }), 200)
    })
    .openapi(settingsRoute, async (c) => {
      const change = { ...c.req.valid('param'), ...c.req.valid('json') }
      return c.json(await changeTopicSettings(deps, { actor: c.var.actor, ...change }), 200)
    })
    .openapi(speechRoute, async (c) => {
      const asked = { ...c.req.valid('param'), ...c.req.valid('json') }
      return c.json({ ssml: await previewSpeech(deps, { actor: c.var.actor, ...asked }) }, 200)
    })
}
