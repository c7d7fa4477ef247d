import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { idempotent } from '../../platform/http/idempotent.ts'
import { pageOf, pageQuery } from '../../platform/http/pagination.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { acceptInvitation, readInvitation, signUpInvited } from './accept-invitation.ts'
import { longestPassword, shortestPassword } from './auth.ts'
import { createInvitation } from './create-invitation.ts'
import { listInvitations } from './list-invitations.ts'
import { revokeInvitation } from './revoke-invitation.ts'
import type { IdentityRoutesDeps } from './routes.ts'
import { invitationSchema, roleSchema } from './workspace.ts'

const byToken = z.object({ token: z.string().min(20).max(100) })
const joinedSchema = z.object({ workspaceId: z.string(), role: roleSchema })

const listRoute = createRoute({
  method: 'get',
  path: '/invitations',
  operationId: 'listInvitations',
  summary: 'List open invitations',
  middleware: [requirePermission('members.read')] as const,
  request: { query: pageQuery },
  responses: {
    200: { description: 'A page', content: { 'application/json': { schema: pageOf(invitationSchema) } } },
    ...problemResponses(),
  },
})

const createInvitationRoute = createRoute({
  method: 'post',
  path: '/invitations',
  operationId: 'createInvitation',
  summary: 'Invite someone into this workspace',
  description: 'The answer has the link to send; it is shown only once and works for a week.',
  middleware: [requirePermission('members.write'), idempotent({ forget: ['url'] })] as const,
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: z.object({ email: z.email().max(254), role: roleSchema }) } },
    },
  },
  responses: {
    201: { description: 'Invited', content: { 'application/json': { schema: invitationSchema } } },
    ...problemResponses(409, 422),
  },
})

const revokeRoute = createRoute({
  method: 'delete',
  path: '/invitations/{id}',
  operationId: 'revokeInvitation',
  summary: 'Close an open invitation',
  middleware: [requirePermission('members.write')] as const,
  request: { params: z.object({ id: z.string().max(100) }) },
  responses: { 204: { description: 'Closed' }, ...problemResponses(404) },
})

const readRoute = createRoute({
  method: 'get',
  path: '/invitations/by-token/{token}',
  operationId: 'readInvitation',
  summary: 'What does this invitation offer?',
  request: { params: byToken },
  responses: {
    200: {
      description: 'The offer',
      content: {
        'application/json': {
          schema: z.object({
            email: z.string(),
            role: roleSchema,
            workspaceName: z.string(),
            hasAccount: z.boolean().openapi({ description: 'Sign in and accept; otherwise sign up.' }),
            expiresAt: z.iso.datetime(),
          }),
        },
      },
    },
    ...problemResponses(404),
  },
})

const acceptRoute = createRoute({
  method: 'post',
  path: '/invitations/by-token/{token}/accept',
  operationId: 'acceptInvitation',
  summary: 'Accept an invitation as the signed-in person',
  middleware: [idempotent()] as const,
  request: { params: byToken },
  responses: {
    200: { description: 'Joined', content: { 'application/json': { schema: joinedSchema } } },
    ...problemResponses(404, 409),
  },
})

const signUpRoute = createRoute({
  method: 'post',
  path: '/invitations/by-token/{token}/sign-up',
  operationId: 'signUpInvited',
  summary: 'Accept an invitation by making an account',
  description:
    'Then sign in with the e-mail address in the answer. An invitation works once, so a repeat changes nothing.',
  request: {
    params: byToken,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({
            name: z.string().trim().min(1).max(100),
            password: z.string().min(shortestPassword).max(longestPassword),
          }),
        },
      },
    },
  },
  responses: {
    201: {
      description: 'Account made',
      content: { 'application/json': { schema: joinedSchema.extend({ email: z.string() }) } },
    },
    ...problemResponses(404, 409),
  },
})

/** `/invitations`, including the two public addresses that an invited person needs. */
export function invitationRoutes(deps: IdentityRoutesDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>()
    .openapi(listRoute, async (c) =>
      c.json(await listInvitations(deps, c.var.actor, c.req.valid('query')), 200),
    )
    .openapi(createInvitationRoute, async (c) =>
      c.json(await createInvitation(deps, { actor: c.var.actor, ...c.req.valid('json') }), 201),
    )
    .openapi(revokeRoute, async (c) => {
      await revokeInvitation(deps, { actor: c.var.actor, invitationId: c.req.valid('param').id })
      return c.body(null, 204)
    })
    .openapi(readRoute, async (c) => c.json(await readInvitation(deps, c.req.valid('param').token), 200))
    .openapi(acceptRoute, async (c) =>
      c.json(await acceptInvitation(deps, { actor: c.var.actor, token: c.req.valid('param').token }), 200),
    )
    .openapi(signUpRoute, async (c) =>
      c.json(await signUpInvited(deps, { token: c.req.valid('param').token, ...c.req.valid('json') }), 201),
    )
}
