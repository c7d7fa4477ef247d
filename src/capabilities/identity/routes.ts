import { OpenAPIHono } from '@hono/zod-openapi'
import type { Db } from '../../platform/db/client.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { forgetAfterChange } from './forget-after-change.ts'
import { apiKeyRoutes } from './api-key-routes.ts'
import type { AuthService } from './auth.ts'
import { invitationRoutes } from './invitation-routes.ts'
import { meRoutes } from './me-routes.ts'
import { memberRoutes } from './member-routes.ts'
import { workspaceRoutes } from './workspace-routes.ts'

export type IdentityRoutesDeps = { db: Db; service: AuthService; publicUrl: string; now: () => Date }

/** Everything of identity below /api/v1. Signing in itself is `authRoutes`, mounted at the root. */
export function identityRoutes(deps: IdentityRoutesDeps): OpenAPIHono<HttpEnv> {
  const routes = new OpenAPIHono<HttpEnv>()
  for (const path of ['/me/*', '/workspaces/*', '/invitations/*', '/api-keys/*']) {
    routes.use(path, forgetAfterChange(deps.service.actors))
  }
  for (const part of [meRoutes, workspaceRoutes, memberRoutes, invitationRoutes, apiKeyRoutes]) {
    routes.route('/', part(deps))
  }
  return routes
}
