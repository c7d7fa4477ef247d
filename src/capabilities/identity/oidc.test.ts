import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type OidcServer, startOidcServer } from '../../../test/servers/oidc-server.ts'
import { type Client, ownerEmail, type TestIdentity, testIdentity } from './test-identity.ts'

const publicUrl = 'http://localhost:4000'

describe('signing in through an OpenID Connect provider', () => {
  let provider: OidcServer
  let identity: TestIdentity
  let owner: Client
  before(async () => {
    provider = await startOidcServer({
      redirectUri: `${publicUrl}/api/auth/callback/company`,
      person: { sub: 'sub-owner', email: ownerEmail, email_verified: true, name: 'The Owner' },
    })
    const { issuer, clientId, clientSecret } = provider
    identity = await testIdentity({
      oidc: { id: 'company', name: 'Company login', issuer, clientId, clientSecret },
    })
    owner = await identity.signedIn()
  })
  after(async () => {
    await identity.close()
    await provider.stop()
  })

  async function begin(client: Client, callbackURL = '/runs') {
    return client.send('POST', '/api/auth/sign-in/oauth2', { providerId: 'company', callbackURL })
  }
  /** Signs in as a browser does; answers where it lands and the error in that address. */
  async function signIn(client: Client): Promise<{ landed: string; error: string | null }> {
    const started = await begin(client)
    assert.equal(started.status, 200)
    const callback = await throughProvider(String(started.body.url), provider.issuer)
    const { status, headers } = await client.send('GET', callback.pathname + callback.search)
    assert.equal(status, 302)
    const landed = new URL(headers.get('location') ?? '', publicUrl)
    return { landed: landed.pathname, error: landed.searchParams.get('error') }
  }

  test('the sign-in page is told that there is one', async () => {
    const { body } = await identity.client().send('GET', '/api/v1/sign-in-options')
    assert.deepEqual(body, { password: true, providers: [{ id: 'company', name: 'Company login' }] })
  })

  test('a person with an account comes in by the address the provider vouches for, again and again', async () => {
    for (const _ of [1, 2]) {
      const client = identity.client()
      assert.deepEqual(await signIn(client), { landed: '/runs', error: null })
      const { body: me } = await client.send('GET', '/api/v1/me')
      assert.equal(me.person.email, ownerEmail)
      assert.equal(me.workspaces[0].role, 'owner')
    }
    const { rows } = await identity.database.pool.query(
      `select * from accounts where provider_id = 'company'`,
    )
    assert.equal(rows.length, 1)
    assert.equal(rows[0].account_id, 'sub-owner')
  })

  test('a stranger is sent back to the sign-in page and no account is made', async () => {
    provider.person = { sub: 'sub-stranger', email: 'stranger@example.com', email_verified: true }
    const client = identity.client()
    assert.deepEqual(await signIn(client), { landed: '/sign-in', error: 'invitation_required' })
    assert.equal((await client.send('GET', '/api/v1/me')).status, 401)
    const { rows } = await identity.database.pool.query(
      `select * from people where email = 'stranger@example.com'`,
    )
    assert.equal(rows.length, 0)
  })

  test('an invited person comes in and has the role of the invitation', async () => {
    await owner.send('POST', '/api/v1/invitations', { email: 'invited@example.com', role: 'approver' })
    provider.person = { sub: 'sub-invited', email: 'Invited@example.com', email_verified: true, name: 'Ina' }
    const client = identity.client()
    assert.deepEqual(await signIn(client), { landed: '/runs', error: null })
    const { body: me } = await client.send('GET', '/api/v1/me')
    assert.equal(me.person.name, 'Ina')
    assert.deepEqual(
      me.workspaces.map((w: { role: string }) => w.role),
      ['approver'],
    )
    assert.equal((await owner.send('GET', '/api/v1/invitations')).body.items.length, 0)
  })

  test('an address the provider does not vouch for opens neither an account nor an invitation', async () => {
    await owner.send('POST', '/api/v1/invitations', { email: 'unsure@example.com', role: 'admin' })
    provider.person = { sub: 'sub-unsure', email: 'unsure@example.com', email_verified: false }
    assert.equal((await signIn(identity.client())).error, 'invitation_required')
    const victim = await identity.member('editor', 'victim@example.com')
    provider.person = { sub: 'sub-thief', email: victim.email, email_verified: false }
    const thief = identity.client()
    assert.equal((await signIn(thief)).error, 'account_not_linked')
    assert.equal((await thief.send('GET', '/api/v1/me')).status, 401)
  })

  test('a callback that this browser did not begin is refused', async () => {
    provider.person = { sub: 'sub-owner', email: ownerEmail, email_verified: true }
    const started = await begin(identity.client())
    const callback = await throughProvider(String(started.body.url), provider.issuer)
    const other = identity.client()
    await other.send('GET', callback.pathname + callback.search)
    assert.equal((await other.send('GET', '/api/v1/me')).status, 401)
  })

  test('nobody is sent to a foreign page afterwards, and unknown providers are 404', async () => {
    const foreign = await begin(identity.client(), 'https://evil.example/')
    assert.equal(foreign.status, 403)
    const unknown = await identity
      .client()
      .send('POST', '/api/auth/sign-in/oauth2', { providerId: 'other', callbackURL: '/' })
    assert.equal(unknown.body.code, 'identity.providerNotFound')
  })
})

/** Follows the provider's pages with their cookies until it sends the browser back to us. */
async function throughProvider(start: string, issuer: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let at = new URL(start)
  for (let hop = 0; hop < 10 && at.origin === issuer; hop++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie } })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    assert.ok(location, `${at.pathname} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`)
    at = new URL(location, at)
  }
  return at
}
