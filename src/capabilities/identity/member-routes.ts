import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { pageOf, pageQuery } from '../../platform/http/pagination.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { changeRole } from './change-role.ts'
import { listMembers } from './list-members.ts'
import { removeMember } from './remove-member.ts'
import { resetPassword } from './reset-password.ts'
import type { IdentityRoutesDeps } from './routes.ts'
import { memberSchema, roleSchema } from './workspace.ts'

const workspace = z.object({ id: z.string().max(100) })
const member = workspace.extend({ personId: z.string().max(100) })

const listRoute = createRoute({
  method: 'get',
  path: '/workspaces/{id}/members',
  operationId: 'listMembers',
  summary: 'List the members of a workspace',
  middleware: [requirePermission('members.read')] as const,
  request: { params: workspace, query: pageQuery },
  responses: {
    200: { description: 'A page', content: { 'application/json': { schema: pageOf(memberSchema) } } },
    ...problemResponses(404),
  },
})

const changeRoute = createRoute({
  method: 'patch',
  path: '/workspaces/{id}/members/{personId}',
  operationId: 'changeRole',
  summary: 'Give a member another role',
  middleware: [requirePermission('members.write')] as const,
  request: {
    params: member,
    body: { required: true, content: { 'application/json': { schema: z.object({ role: roleSchema }) } } },
  },
  responses: {
    200: { description: 'Changed', content: { 'application/json': { schema: memberSchema } } },
    ...problemResponses(404, 409),
  },
})

const removeRoute = createRoute({
  method: 'delete',
  path: '/workspaces/{id}/members/{personId}',
  operationId: 'removeMember',
  summary: 'Remove a member, or leave',
  description:
    'Everyone may remove themselves; removing others needs members.write. Their API keys end at once.',
  request: { params: member },
  responses: { 204: { description: 'Removed' }, ...problemResponses(404, 409) },
})

const resetRoute = createRoute({
  method: 'post',
  path: '/workspaces/{id}/members/{personId}/one-time-password',
  operationId: 'resetPassword',
  summary: 'Give a member a new one-time password',
  description:
    'For people who forgot theirs. Ends their sessions. The password is shown only in this answer.',
  middleware: [requirePermission('members.write')] as const,
  request: { params: member },
  responses: {
    200: {
      description: 'Reset',
      content: { 'application/json': { schema: z.object({ oneTimePassword: z.string() }) } },
    },
    ...problemResponses(404, 409),
  },
})

/** `/workspaces/{id}/members`. */
export function memberRoutes(deps: IdentityRoutesDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>()
    .openapi(listRoute, async (c) =>
      c.json(await listMembers(deps.db, c.var.actor, c.req.valid('query')), 200),
    )
    .openapi(changeRoute, async (c) => {
      const { personId } = c.req.valid('param')
      return c.json(await changeRole(deps, { actor: c.var.actor, personId, ...c.req.valid('json') }), 200)
    })
    .openapi(removeRoute, async (c) => {
      await removeMember(deps, { actor: c.var.actor, personId: c.req.valid('param').personId })
      return c.body(null, 204)
    })
    .openapi(resetRoute, async (c) =>
      c.json(await resetPassword(deps, { actor: c.var.actor, personId: c.req.valid('param').personId }), 200),
    )
}
