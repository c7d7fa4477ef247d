import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
// @ts-expect-error -- oidc-provider ships no types; the few members we use are declared below
import { Provider } from 'oidc-provider'
// @ts-expect-error -- as above; extended, because the provider warns about its plain default
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js'

/** What the provider says about the person who signs in there. */
export type OidcPerson = { sub: string; email: string; email_verified: boolean; name?: string }

export type OidcServer = {
  issuer: string
  clientId: string
  clientSecret: string
  /** Who is signed in at the provider from now on; its pages ask nothing. */
  person: OidcPerson
  stop(): Promise<void>
}

type ProviderInstance = {
  callback(): (request: IncomingMessage, response: ServerResponse) => void
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
  Grant: new (options: { accountId: string; clientId: string }) => GrantInstance
}
type GrantInstance = { addOIDCScope(scope: string): void; save(): Promise<unknown> }
type LoginContext = {
  oidc: {
    client: { clientId: string }
    session: { accountId: string }
    provider: ProviderInstance
  }
}

/**
 * A certified OpenID Connect provider on a loopback port, with one client that may return to `redirectUri`. Whoever
 * is in `person` signs in without being asked.
 */
export async function startOidcServer(options: {
  redirectUri: string
  person: OidcPerson
}): Promise<OidcServer> {
  const clientId = 'creatorops'
  const clientSecret = 'a-client-secret-for-tests-only'
  const state = { person: options.person }
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const provider: ProviderInstance = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [options.redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    adapter: class extends MemoryAdapter {},
    jwks: { keys: [signingKey()] },
    ttl: {
      Interaction: 600,
      Grant: 600,
      Session: 600,
      AccessToken: 600,
      IdToken: 600,
      AuthorizationCode: 60,
    },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // Like Google and Cognito: the claims are in the id token.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['for-tests'] },
    interactions: {
      url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}`,
    },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ ...state.person, sub }),
    }),
    async loadExistingGrant({ oidc }: LoginContext) {
      const { client, session } = oidc
      const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  handle = (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response)
    void provider.interactionFinished(request, response, { login: { accountId: state.person.sub } })
  }
  return {
    issuer,
    clientId,
    clientSecret,
    get person() {
      return state.person
    },
    set person(person) {
      state.person = person
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function signingKey(): object {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }
}
