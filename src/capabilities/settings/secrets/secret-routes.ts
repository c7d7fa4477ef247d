import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../../platform/http/http-env.ts'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { refuseInvalid } from '../../../platform/http/validation.ts'
import { listSecrets } from './list-secrets.ts'
import { maxSecretChars, type SecretDeps, secretNameSchema, secretPrefix, secretSchema } from './secret.ts'
import { deleteSecret, noteRotation, rotateSecretKey, setSecret } from './set-secret.ts'

const params = z.object({ name: secretNameSchema.openapi({ example: 'elevenlabs.apiKey' }) })
const valueBody = {
  required: true,
  content: {
    'application/json': {
      schema: z.strictObject({
        value: z
          .string()
          .min(1)
          .max(maxSecretChars)
          .openapi({ description: 'It is never shown again.', format: 'password' }),
      }),
    },
  },
}
const secretAnswer = {
  description: 'What may be shown of the secret',
  content: { 'application/json': { schema: secretSchema } },
}

const listRoute = createRoute({
  method: 'get',
  path: '/secrets',
  operationId: 'listSecrets',
  summary: 'List the names of secrets',
  middleware: [requirePermission('secrets.read')] as const,
  responses: {
    200: {
      description: 'Names and dates, never values',
      content: {
        'application/json': {
          schema: z.object({ items: z.array(secretSchema), keptIn: z.string() }),
        },
      },
    },
    ...problemResponses(503),
  },
})

const setRoute = createRoute({
  method: 'put',
  path: '/secrets/{name}',
  operationId: 'setSecret',
  summary: 'Set a secret',
  description: 'The value before it stays readable for the product as the previous one.',
  middleware: [requirePermission('secrets.write')] as const,
  request: { params, body: valueBody },
  responses: { 200: secretAnswer, ...problemResponses(422, 503) },
})

const rotateRoute = createRoute({
  method: 'post',
  path: '/secrets/{name}/rotate',
  operationId: 'rotateSecret',
  summary: 'Replace the value of a secret that is set',
  middleware: [requirePermission('secrets.write')] as const,
  request: { params, body: valueBody },
  responses: { 200: secretAnswer, ...problemResponses(404, 422, 503) },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/secrets/{name}',
  operationId: 'deleteSecret',
  summary: 'Delete a secret',
  middleware: [requirePermission('secrets.write')] as const,
  request: { params },
  responses: { 204: { description: 'It is gone' }, ...problemResponses(404, 503) },
})

const rotateKeyRoute = createRoute({
  method: 'post',
  path: '/secrets-key/rotate',
  operationId: 'rotateSecretKey',
  summary: 'Encrypt all local secrets with the newest key',
  description: 'Only with the key of the command line on the machine itself.',
  middleware: [requirePermission('installation.write')] as const,
  responses: {
    200: {
      description: 'How many secrets had an older key',
      content: { 'application/json': { schema: z.object({ rewrapped: z.int() }) } },
    },
    ...problemResponses(422),
  },
})

const rotatedRoute = createRoute({
  method: 'post',
  path: '/secrets-rotated',
  operationId: 'noteSecretRotation',
  summary: 'Tell that AWS has rotated a secret',
  description:
    'Takes the event as EventBridge sends it (an API destination with an API key of yours); every process then reads the secret anew.',
  middleware: [requirePermission('secrets.write')] as const,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({
            source: z.literal('aws.secretsmanager'),
            detail: z.object({
              requestParameters: z
                .object({ secretId: z.string().max(600) })
                .partial()
                .optional(),
              additionalEventData: z
                .object({ SecretId: z.string().max(600) })
                .partial()
                .optional(),
            }),
          }),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The secret it is about; null when it is none of this workspace',
      content: { 'application/json': { schema: z.object({ name: z.string().nullable() }) } },
    },
    ...problemResponses(),
  },
})

/** Routes of secrets, to be mounted under /api/v1. No answer holds a value. */
export function secretRoutes(deps: SecretDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
    .openapi(listRoute, async (c) => {
      const items = await listSecrets(deps, { actor: c.var.actor })
      return c.json({ items, keptIn: deps.secretStore.describe().location }, 200)
    })
    .openapi(setRoute, async (c) => {
      const input = { ...c.req.valid('param'), ...c.req.valid('json') }
      return c.json(await setSecret(deps, { actor: c.var.actor, ...input }), 200)
    })
    .openapi(rotateRoute, async (c) => {
      const input = { ...c.req.valid('param'), ...c.req.valid('json'), mustExist: true }
      return c.json(await setSecret(deps, { actor: c.var.actor, ...input }), 200)
    })
    .openapi(deleteRoute, async (c) => {
      await deleteSecret(deps, { actor: c.var.actor, ...c.req.valid('param') })
      return c.body(null, 204)
    })
    .openapi(rotateKeyRoute, async (c) => {
      return c.json({ rewrapped: await rotateSecretKey(deps, { actor: c.var.actor }) }, 200)
    })
    .openapi(rotatedRoute, async (c) => {
      const { actor } = c.var
      const { requestParameters, additionalEventData } = c.req.valid('json').detail
      const id = additionalEventData?.SecretId ?? requestParameters?.secretId ?? ''
      const name = nameIn(id, secretPrefix(deps.config, actor.workspaceId))
      if (name !== null) await noteRotation(deps, { actor, name })
      return c.json({ name }, 200)
    })
}

/** AWS names a secret by its path or by its ARN, which ends in the path and six letters of its own. */
function nameIn(id: string, prefix: string): string | null {
  const path = id.replace(/^arn:aws[a-z-]*:secretsmanager:[^:]*:\d*:secret:(.*)-[A-Za-z0-9]{6}$/, '$1')
  const parsed = secretNameSchema.safeParse(path.startsWith(prefix) ? path.slice(prefix.length) : undefined)
  return parsed.success ? parsed.data : null
}
