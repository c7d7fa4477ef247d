import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { problemResponses } from '../../platform/http/problem-responses.ts'
import { shareReads } from '../../platform/http/share-reads.ts'
import { longestPassword, shortestPassword } from './auth.ts'
import { changePassword } from './change-password.ts'
import { identityErrors } from './errors.ts'
import { getMe, meSchema } from './get-me.ts'
import type { IdentityRoutesDeps } from './routes.ts'

const meRoute = createRoute({
  method: 'get',
  path: '/me',
  operationId: 'getMe',
  summary: 'Who am I, and what may I do here?',
  responses: {
    200: { description: 'You', content: { 'application/json': { schema: meSchema } } },
    ...problemResponses(),
  },
})

const passwordRoute = createRoute({
  method: 'patch',
  path: '/me/password',
  operationId: 'changePassword',
  summary: 'Change my password',
  description: 'Ends all other sessions. The only thing possible after signing in with a one-time password.',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({
            currentPassword: z.string().min(1).max(1024),
            newPassword: z
              .string()
              .max(1024)
              .openapi({ minLength: shortestPassword, maxLength: longestPassword, maximum: undefined }),
          }),
        },
      },
    },
  },
  responses: { 204: { description: 'Changed' }, ...problemResponses(422) },
})

const optionsRoute = createRoute({
  method: 'get',
  path: '/sign-in-options',
  operationId: 'getSignInOptions',
  summary: 'How can one sign in here?',
  description:
    'A password is posted to /api/auth/sign-in/email, a provider is chosen with /api/auth/sign-in/oauth2.',
  responses: {
    200: {
      description: 'What the sign-in page offers',
      content: {
        'application/json': {
          schema: z.object({
            password: z.boolean(),
            providers: z.array(z.object({ id: z.string(), name: z.string() })),
          }),
        },
      },
    },
    ...problemResponses(),
  },
})

/** `/me`, `/me/password` and the public `/sign-in-options`. */
export function meRoutes(deps: IdentityRoutesDeps): OpenAPIHono<HttpEnv> {
  const { auth, oidc } = deps.service
  const share = shareReads()
  return new OpenAPIHono<HttpEnv>()
    .openapi(meRoute, async (c) => {
      if (c.var.actor.kind === 'person') {
        // Also prolongs the session once a day: its new cookie goes along.
        const { headers } = await auth.api.getSession({ headers: c.req.raw.headers, returnHeaders: true })
        for (const cookie of headers.getSetCookie()) c.header('set-cookie', cookie, { append: true })
      }
      return share(c, () => getMe(deps.db, c.var.actor), 'actor')
    })
    .openapi(passwordRoute, async (c) => {
      if (c.var.actor.kind !== 'person') throw identityErrors.personOnly('An API key has no password.')
      const input = { ...c.req.valid('json'), headers: c.req.raw.headers, address: c.var.address }
      const answer = await changePassword({ ...deps, auth }, input)
      for (const cookie of answer.headers.getSetCookie()) c.header('set-cookie', cookie, { append: true })
      return c.body(null, 204)
    })
    .openapi(optionsRoute, (c) =>
      c.json({ password: true, providers: oidc ? [{ id: oidc.id, name: oidc.name }] : [] }, 200),
    )
}
