import { betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { genericOAuth } from 'better-auth/plugins'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../../platform/db/client.ts'
import { isOwnOrigin } from '../../platform/http/origins.ts'
import type { Logger } from '../../platform/log/log.ts'
import { type ActorCache, createActorCache } from './actor-cache.ts'
import { admitByInvitation, joinInvited } from './admit-by-invitation.ts'
import { identityErrors } from './errors.ts'
import { accounts, people, sessions, verifications } from './schema.ts'

export type OidcConfig = { id: string; name: string; issuer: string; clientId: string; clientSecret: string }

export type IdentityConfig = {
  publicUrl: string
  /** Signs session cookies; at least 32 characters. */
  secret: string
  corsOrigins: readonly string[]
  oidc?: OidcConfig | undefined
}

export type AuthDeps = { db: Db; config: IdentityConfig; log: Logger; now: () => Date }

export type Auth = ReturnType<typeof buildAuth>

/** Sessions and sign-in. Provider sign-in is set up at its first use, so that passwords never depend on it. */
export type AuthService = {
  readonly auth: Auth
  readonly oidc: OidcConfig | undefined
  readonly actors: ActorCache
  /** `identity.providerUnavailable` while the provider does not answer. */
  withProvider(): Promise<Auth>
}

export const shortestPassword = 12
export const longestPassword = 128

const dayS = 86_400
const discoveryTimeoutMs = 5_000

/** Makes the sign-in service on our tables. */
export function createAuth(deps: AuthDeps): AuthService {
  const { oidc, secret } = deps.config
  if (secret.length < 32) throw new TypeError('The secret needs at least 32 characters')
  let provided: Promise<Auth> | undefined

  async function connect(config: OidcConfig): Promise<Auth> {
    const url = discoveryUrl(config)
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(discoveryTimeoutMs) })
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
    } catch (cause) {
      throw identityErrors.providerUnavailable(`${config.name} cannot be reached.`, { cause })
    }
    const auth = buildAuth(deps, config)
    const { socialProviders } = await auth.$context
    if (socialProviders.some((provider) => provider.id === config.id)) return auth
    throw identityErrors.providerUnavailable(
      `${config.name} does not describe itself as OpenID Connect asks.`,
    )
  }

  return {
    auth: buildAuth(deps, undefined),
    oidc,
    actors: createActorCache(deps.now),
    withProvider() {
      if (!oidc) throw identityErrors.providerNotFound('No sign-in provider is configured.')
      provided ??= connect(oidc).catch((error: unknown) => {
        provided = undefined
        throw error
      })
      return provided
    },
  }
}

function discoveryUrl(oidc: OidcConfig): string {
  return `${oidc.issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`
}

function buildAuth({ db, config, log, now }: AuthDeps, oidc: OidcConfig | undefined) {
  return betterAuth({
    appName: 'CreatorOps',
    baseURL: new URL(config.publicUrl).origin,
    basePath: '/api/auth',
    secret: config.secret,
    trustedOrigins: (request) => trustedOrigins(request, config),
    database: drizzleAdapter(db, {
      provider: 'pg',
      schema: { user: people, session: sessions, account: accounts, verification: verifications },
      transaction: true,
    }),
    advanced: {
      cookiePrefix: 'creatorops',
      useSecureCookies: config.publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: ({ model }) => newId(idKinds[model] ?? model) },
    },
    session: { expiresIn: 30 * dayS, updateAge: dayS },
    emailAndPassword: {
      enabled: true,
      // Accounts come from invitations and from the first start only.
      disableSignUp: true,
      minPasswordLength: shortestPassword,
      maxPasswordLength: longestPassword,
    },
    account: { encryptOAuthTokens: true, accountLinking: { enabled: true, trustedProviders: [] } },
    databaseHooks: {
      user: {
        create: {
          before: async (person) => admitByInvitation({ db, now }, person),
          after: async (person) => joinInvited({ db, now }, { personId: person.id, email: person.email }),
        },
      },
    },
    plugins: oidc ? [genericOAuth({ config: [providerConfig(oidc)] })] : [],
    // Ours, in front of it: sign-in-attempts.ts and the limit of the HTTP platform.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      disableColors: true,
      log: (level, message) => log[level === 'error' ? 'warn' : 'debug']({ auth: message }, 'auth'),
    },
  })
}

/** The header in which auth-routes.ts passes on the caller's address. It never comes from the caller. */
export const addressHeader = 'x-creatorops-address'

const idKinds: Record<string, string> = { user: 'person', verification: 'check' }

function providerConfig(oidc: OidcConfig) {
  return {
    providerId: oidc.id,
    name: oidc.name,
    clientId: oidc.clientId,
    clientSecret: oidc.clientSecret,
    discoveryUrl: discoveryUrl(oidc),
    scopes: ['openid', 'email', 'profile'],
    requireIdTokenVerification: true,
    pkce: true,
  }
}

function trustedOrigins(request: Request | undefined, config: IdentityConfig): string[] {
  const origins = [config.publicUrl, ...config.corsOrigins].map((url) => new URL(url).origin)
  const origin = request?.headers.get('origin')
  if (request && origin && isOwnOrigin(origin, request, config)) origins.push(origin)
  return origins
}
