import { OpenAPIHono } from '@hono/zod-openapi'
import { type FreshDb, freshDb } from '../../platform/db/test-db.ts'
import { createHttp } from '../../platform/http/create-http.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { requirePermission } from '../../platform/http/permission.ts'
import { silentLog } from '../../platform/log/log.ts'
import { auditRoutes } from '../audit/index.ts'
import { createAuth, type OidcConfig } from './auth.ts'
import { authRoutes } from './auth-routes.ts'
import { authenticator } from './authenticate.ts'
import { ensureOwner } from './ensure-owner.ts'
import { permissions, type Role } from './permissions.ts'
import { identityRoutes } from './routes.ts'

export const ownerEmail = 'owner@example.com'
export const ownerPassword = 'correct horse battery'

export type TestIdentityOptions = { publicUrl?: string; oidc?: OidcConfig; rateLimitPerMinute?: number }

export type Sent = { status: number; headers: Headers; body: any } // oxlint-disable-line typescript/no-explicit-any -- a test says by its assertions what the body is

export type Send = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
  address?: string,
) => Promise<Sent>

/** A caller with its own cookies, like a browser profile. */
export type Client = { send: Send; cookies: Map<string, string> }

export type TestIdentity = {
  database: FreshDb
  app: OpenAPIHono<HttpEnv>
  /** Moves the clock of everything but session expiry, which is better-auth's own. */
  advance(ms: number): void
  now(): Date
  client(): Client
  /** A client that has signed in. */
  signedIn(email?: string, password?: string): Promise<Client>
  /** A new person who came by invitation with this role, signed in. */
  member(role: Role, email?: string): Promise<Client & { personId: string; email: string }>
  close(): Promise<void>
}

/** Identity as it runs, on a database of its own, with an owner and a clock that tests move. */
export async function testIdentity(options: TestIdentityOptions = {}): Promise<TestIdentity> {
  const database = await freshDb()
  const { db } = database
  let nowMs = Date.now()
  const now = () => new Date(nowMs)
  const publicUrl = options.publicUrl ?? 'http://localhost:4000'
  const config = { publicUrl, corsOrigins: [], rateLimitPerMinute: options.rateLimitPerMinute ?? 10_000 }
  const log = silentLog()
  const service = createAuth({
    db,
    log,
    now,
    config: { ...config, secret: 's'.repeat(40), oidc: options.oidc },
  })
  const app = createHttp({
    log,
    db,
    now,
    config,
    authenticate: authenticator({ db, now, service }),
  })
  app.route('/', authRoutes({ db, now, service }))
  app.route('/api/v1', identityRoutes({ db, now, service, publicUrl }))
  app.route('/api/v1', auditRoutes({ db }))
  app.route('/api/v1', probeRoutes())
  await ensureOwner({ db, now }, { email: ownerEmail, password: ownerPassword })

  function client(): Client {
    const cookies = new Map<string, string>()
    const send: Send = async (method, path, body, headers = {}, address = '203.0.113.9') => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await app.request(
        new URL(path, publicUrl).href,
        {
          method,
          headers: {
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(cookie === '' ? {} : { cookie, origin: new URL(publicUrl).origin }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        },
        { incoming: { socket: { remoteAddress: address } } },
      )
      for (const line of answer.headers.getSetCookie()) keepCookie(cookies, line)
      const text = await answer.text()
      const isJson = text !== '' && /json/.test(answer.headers.get('content-type') ?? '')
      return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text }
    }
    return { send, cookies }
  }

  async function signedIn(email = ownerEmail, password = ownerPassword): Promise<Client> {
    const made = client()
    const { status } = await made.send('POST', '/api/auth/sign-in/email', { email, password })
    if (status !== 200) throw new Error(`sign-in of ${email} answered ${status}`)
    return made
  }

  async function member(role: Role, email = `${role}-${Math.random().toString(36).slice(2)}@example.com`) {
    const owner = await signedIn()
    const invited = await owner.send('POST', '/api/v1/invitations', { email, role })
    const token = String(invited.body.url).split('/').at(-1)
    await client().send('POST', `/api/v1/invitations/by-token/${token}/sign-up`, {
      name: role,
      password: ownerPassword,
    })
    const made = await signedIn(email, ownerPassword)
    const me = await made.send('GET', '/api/v1/me')
    return { ...made, personId: String(me.body.person.id), email }
  }

  return {
    database,
    app,
    advance: (ms) => void (nowMs += ms),
    now,
    client,
    signedIn,
    member,
    close: () => database.close(),
  }
}

/** One route per permission, to see who gets through. */
function probeRoutes(): OpenAPIHono<HttpEnv> {
  const routes = new OpenAPIHono<HttpEnv>()
  for (const permission of permissions) {
    routes.get(`/probe/${permission}`, requirePermission(permission), (c) =>
      c.json({ actorId: c.var.actor.id }),
    )
  }
  return routes
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ')
  const at = pair.indexOf('=')
  const isGone = attributes.some((attribute) => /^max-age=0$/i.test(attribute))
  if (isGone) cookies.delete(pair.slice(0, at))
  else cookies.set(pair.slice(0, at), pair.slice(at + 1))
}
