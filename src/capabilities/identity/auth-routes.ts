import { z } from '@hono/zod-openapi'
import { OpenAPIHono } from '@hono/zod-openapi'
import { httpErrors } from '../../platform/http/errors.ts'
import type { HttpContext, HttpEnv } from '../../platform/http/http-env.ts'
import { invalidRequest } from '../../platform/http/validation.ts'
import { addressHeader, type Auth, type AuthService } from './auth.ts'
import { changePassword } from './change-password.ts'
import { forgetAfterChange } from './forget-after-change.ts'
import { identityErrors } from './errors.ts'
import { recordSignIn } from './record-sign-in.ts'
import { type AttemptDeps, openAttempt, succeedAttempt } from './sign-in-attempts.ts'

export type AuthRoutesDeps = AttemptDeps & { service: AuthService }

const signInBody = z.object({
  email: z.string().min(3).max(320),
  password: z.string().min(1).max(1024),
  rememberMe: z.boolean().optional(),
})
const providerBody = z.object({
  providerId: z.string().max(100),
  callbackURL: z.string().max(2000).default('/'),
})
const passwordBody = z.object({ currentPassword: z.string().max(1024), newPassword: z.string().max(1024) })

/**
 * `/api/auth/*`: the few sign-in addresses of better-auth that we use, each behind our own checks. What is not
 * listed here does not exist.
 */
export function authRoutes(deps: AuthRoutesDeps): OpenAPIHono<HttpEnv> {
  const { auth } = deps.service
  const routes = new OpenAPIHono<HttpEnv>()
  routes.use('/api/auth/*', forgetAfterChange(deps.service.actors))

  routes.post('/api/auth/sign-in/email', async (c) => {
    const body = await readBody(c, signInBody)
    const attempt = { email: body.email, address: c.var.address }
    await openAttempt(deps, attempt)
    const answer = await pass(c, auth, '/api/auth/sign-in/email', body)
    if (answer.status === 401) {
      c.var.log.info({ address: c.var.address }, 'sign-in refused')
      await recordSignIn(deps, { email: body.email, address: c.var.address, isRefused: true })
      throw identityErrors.wrongCredentials('E-mail and password do not belong together.')
    }
    if (answer.ok) {
      await succeedAttempt(deps, attempt)
      await recordSignIn(deps, { email: body.email, address: c.var.address, isRefused: false })
    }
    return translated(answer)
  })

  routes.post('/api/auth/sign-in/oauth2', async (c) => {
    const { providerId, callbackURL } = await readBody(c, providerBody)
    if (providerId !== deps.service.oidc?.id)
      throw identityErrors.providerNotFound('There is no such provider.')
    const provided = await deps.service.withProvider()
    return translated(
      await pass(c, provided, '/api/auth/sign-in/social', {
        provider: providerId,
        callbackURL,
        errorCallbackURL: '/sign-in',
        disableRedirect: true,
      }),
    )
  })
  routes.get('/api/auth/callback/:providerId', async (c) => {
    const provided = await deps.service.withProvider()
    return translated(await provided.handler(ownRequest(c)))
  })

  routes.post('/api/auth/change-password', async (c) => {
    const body = await readBody(c, passwordBody)
    return translated(
      await changePassword(
        { ...deps, auth },
        { ...body, headers: c.req.raw.headers, address: c.var.address },
      ),
    )
  })
  routes.post('/api/auth/sign-out', async (c) => translated(await pass(c, auth, '/api/auth/sign-out', {})))
  routes.get('/api/auth/get-session', async (c) => translated(await auth.handler(ownRequest(c))))
  return routes
}

async function readBody<Schema extends z.ZodType>(c: HttpContext, schema: Schema): Promise<z.output<Schema>> {
  // Only JSON: a form of a foreign page cannot send it without asking first (CORS).
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    throw httpErrors.unsupportedMediaType('The body is not JSON.')
  }
  const json: unknown = await c.req.json().catch((cause: unknown) => {
    throw httpErrors.malformed('The body is not valid JSON.', { cause })
  })
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw invalidRequest(parsed.error, 'body')
  return parsed.data
}

function ownRequest(c: HttpContext, path?: string, body?: object): Request {
  const headers = new Headers(c.req.raw.headers)
  headers.set(addressHeader, c.var.address)
  if (path === undefined) return new Request(c.req.url, { headers, method: c.req.method })
  headers.set('content-type', 'application/json')
  headers.delete('content-length')
  return new Request(new URL(path, c.req.url), { headers, method: 'POST', body: JSON.stringify(body) })
}

function pass(c: HttpContext, auth: Auth, path: string, body: object): Promise<Response> {
  return auth.handler(ownRequest(c, path, body))
}

/** Lets answers through and turns better-auth's refusals into rows of our tables. */
async function translated(answer: Response): Promise<Response> {
  if (answer.status < 400) return answer
  const text = await answer.text()
  const cause = new Error(`sign-in answered ${answer.status}: ${text.slice(0, 300)}`)
  if (answer.status === 403) throw httpErrors.crossSite('This page may not sign anyone in here.', { cause })
  if (answer.status === 401) throw httpErrors.unauthenticated('Nobody is signed in.', { cause })
  if (answer.status < 500) throw httpErrors.invalid('The sign-in request is not valid.', { cause })
  throw httpErrors.internal('The sign-in could not be completed.', { cause })
}
