import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { idempotent } from '../../platform/http/idempotent.ts'
import { pageOf, pageQuery } from '../../platform/http/pagination.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { createWorkspace } from './create-workspace.ts'
import { getWorkspace, listWorkspaces } from './list-workspaces.ts'
import { renameWorkspace } from './rename-workspace.ts'
import type { IdentityRoutesDeps } from './routes.ts'
import { workspaceNameSchema, workspaceSchema } from './workspace.ts'

const json = { 'application/json': { schema: workspaceSchema } }
const body = {
  required: true,
  content: { 'application/json': { schema: z.object({ name: workspaceNameSchema }) } },
}
const params = z.object({ id: z.string().max(100) })

const listRoute = createRoute({
  method: 'get',
  path: '/workspaces',
  operationId: 'listWorkspaces',
  summary: 'List my workspaces',
  request: { query: pageQuery },
  responses: {
    200: { description: 'A page', content: { 'application/json': { schema: pageOf(workspaceSchema) } } },
    ...problemResponses(),
  },
})

const createWorkspaceRoute = createRoute({
  method: 'post',
  path: '/workspaces',
  operationId: 'createWorkspace',
  summary: 'Make a workspace, with me as its owner',
  middleware: [requirePermission('workspaces.write'), idempotent()] as const,
  request: { body },
  responses: { 201: { description: 'Made', content: json }, ...problemResponses(409, 422) },
})

const getRoute = createRoute({
  method: 'get',
  path: '/workspaces/{id}',
  operationId: 'getWorkspace',
  summary: 'Read a workspace',
  middleware: [requirePermission('workspaces.read')] as const,
  request: { params },
  responses: {
    200: { description: 'The workspace, with its ETag', content: json },
    ...problemResponses(404),
  },
})

const renameRoute = createRoute({
  method: 'patch',
  path: '/workspaces/{id}',
  operationId: 'renameWorkspace',
  summary: 'Rename a workspace',
  middleware: [requirePermission('workspaces.write')] as const,
  request: { params, body },
  responses: { 200: { description: 'Renamed', content: json }, ...problemResponses(404, 412, 428) },
})

/** `/workspaces`. The id in a path decides the workspace of the actor, so the handlers need not compare. */
export function workspaceRoutes(deps: IdentityRoutesDeps): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>()
    .openapi(listRoute, async (c) =>
      c.json(await listWorkspaces(deps.db, c.var.actor, c.req.valid('query')), 200),
    )
    .openapi(createWorkspaceRoute, async (c) => {
      const made = await createWorkspace(deps, { actor: c.var.actor, ...c.req.valid('json') })
      c.header('etag', etagOf(made.version))
      return c.json(made, 201)
    })
    .openapi(getRoute, async (c) => {
      const workspace = await getWorkspace(deps.db, c.var.actor)
      c.header('etag', etagOf(workspace.version))
      return c.json(workspace, 200)
    })
    .openapi(renameRoute, async (c) => {
      const expectedVersion = requireIfMatch(c)
      const renamed = await renameWorkspace(deps, {
        actor: c.var.actor,
        expectedVersion,
        ...c.req.valid('json'),
      })
      c.header('etag', etagOf(renamed.version))
      return c.json(renamed, 200)
    })
}
