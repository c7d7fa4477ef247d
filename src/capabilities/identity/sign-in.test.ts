import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { freshDb } from '../../platform/db/test-db.ts'
import { createAuth } from './auth.ts'
import { silentLog } from '../../platform/log/log.ts'
import { ensureOwner } from './ensure-owner.ts'
import { type Client, ownerEmail, ownerPassword, type TestIdentity, testIdentity } from './test-identity.ts'

const signIn = '/api/auth/sign-in/email'

describe('signing in', () => {
  let identity: TestIdentity
  before(async () => {
    identity = await testIdentity()
  })
  after(() => identity.close())

  test('with the right password opens the API, and signing out closes it at once', async () => {
    const client = identity.client()
    assert.equal((await client.send('GET', '/api/v1/me')).status, 401)
    const answer = await client.send('POST', signIn, { email: 'OWNER@example.com', password: ownerPassword })
    assert.equal(answer.status, 200)
    const me = await client.send('GET', '/api/v1/me')
    assert.equal(me.status, 200)
    assert.equal(me.body.person.email, ownerEmail)
    assert.equal(me.body.person.mustChangePassword, false)
    assert.equal(me.body.workspaces[0].role, 'owner')
    assert.equal(me.body.workspaceId, me.body.workspaces[0].id)
    assert.ok(me.body.permissions.includes('members.owners'))

    const kept = new Map(client.cookies)
    assert.equal((await client.send('POST', '/api/auth/sign-out', {})).status, 200)
    assert.equal((await client.send('GET', '/api/v1/me')).status, 401)
    const thief: Client = identity.client()
    for (const [name, value] of kept) thief.cookies.set(name, value)
    assert.equal((await thief.send('GET', '/api/v1/me')).status, 401, 'a copied cookie is dead too')
  })

  test('the cookie is HttpOnly and SameSite=Lax, and Secure over https', async () => {
    const plain = await identity.client().send('POST', signIn, { email: ownerEmail, password: ownerPassword })
    const [cookie = ''] = plain.headers.getSetCookie()
    assert.match(cookie, /^creatorops\.session_token=/)
    assert.match(cookie, /; HttpOnly/)
    assert.match(cookie, /; SameSite=Lax/)
    assert.doesNotMatch(cookie, /; Secure/)

    const secure = await testIdentity({ publicUrl: 'https://ops.example' })
    const answer = await secure.client().send('POST', signIn, { email: ownerEmail, password: ownerPassword })
    const [secureCookie = ''] = answer.headers.getSetCookie()
    assert.match(secureCookie, /^__Secure-creatorops\.session_token=.*; Secure/)
    const client = await secure.signedIn()
    assert.equal((await client.send('GET', '/api/v1/me')).status, 200)
    await secure.close()
  })

  test('a changed or invented cookie is nobody', async () => {
    const client = await identity.signedIn()
    const [name = '', value = ''] = [...client.cookies][0] ?? []
    client.cookies.set(name, value.slice(0, -8) + 'AAAAAAA%3D')
    assert.equal((await client.send('GET', '/api/v1/me')).status, 401)
    client.cookies.set(name, 'x')
    assert.equal((await client.send('GET', '/api/v1/me')).status, 401)
  })

  test('an unknown account and a wrong password get the same answer', async () => {
    const client = identity.client()
    const wrong = await client.send('POST', signIn, { email: ownerEmail, password: 'not the password' })
    const unknown = await client.send('POST', signIn, {
      email: 'nobody@example.com',
      password: 'not the password',
    })
    assert.equal(wrong.status, 401)
    assert.equal(wrong.body.code, 'identity.wrongCredentials')
    delete wrong.body.requestId
    delete unknown.body.requestId
    assert.deepEqual(wrong.body, unknown.body)
    await identity.signedIn()
  })

  test('nobody can sign up, and nothing else of the sign-in library is reachable', async () => {
    const client = identity.client()
    for (const path of [
      'sign-up/email',
      'request-password-reset',
      'change-email',
      'delete-user',
      'update-user',
    ]) {
      const answer = await client.send('POST', `/api/auth/${path}`, {
        email: 'new@example.com',
        password: ownerPassword,
        name: 'New',
      })
      assert.equal(answer.status, 404, path)
      assert.equal(answer.body.code, 'http.notFound')
    }
  })

  test('a foreign page cannot sign anyone in, nor send a form', async () => {
    const client = await identity.signedIn()
    const foreign = await client.send(
      'POST',
      signIn,
      { email: ownerEmail, password: ownerPassword },
      { origin: 'https://evil.example' },
    )
    assert.equal(foreign.status, 403)
    assert.equal(foreign.body.code, 'http.crossSite')
    const form = await identity.app.request('http://localhost:4000/api/auth/sign-in/email', {
      method: 'POST',
      body: new URLSearchParams({ email: ownerEmail, password: ownerPassword }),
    })
    assert.equal(form.status, 415)
  })

  test('the same server by another of its names is no foreign page', async () => {
    const here = 'http://127.0.0.1:4100'
    const answer = await identity.app.request(`${here}${signIn}`, {
      method: 'POST',
      body: JSON.stringify({ email: ownerEmail, password: ownerPassword }),
      headers: { 'content-type': 'application/json', origin: here, cookie: 'creatorops.session_token=old' },
    })
    assert.equal(answer.status, 200)
  })

  test('sign-ins and refusals are in the trail', async () => {
    const client = identity.client()
    await client.send('POST', signIn, { email: ownerEmail, password: 'wrong password' })
    const owner = await identity.signedIn()
    const { body } = await owner.send('GET', '/api/v1/audit?action=session.')
    assert.equal(body.items[0].action, 'session.started')
    assert.equal(body.items[1].action, 'session.refused')
    assert.equal(body.items[1].detail.address, '203.0.113.9')
  })

  test('changing the password needs the current one, ends other sessions and keeps this one', async () => {
    const here = await identity.member('viewer')
    const there = await identity.signedIn(here.email, ownerPassword)
    const change = (currentPassword: string, newPassword: string) =>
      here.send('PATCH', '/api/v1/me/password', { currentPassword, newPassword })
    assert.equal((await change('wrong password', 'a new long password')).body.code, 'identity.wrongPassword')
    assert.equal((await change(ownerPassword, 'short')).body.code, 'identity.passwordRefused')
    assert.equal((await change(ownerPassword, ownerPassword)).body.code, 'identity.passwordRefused')
    assert.equal((await change(ownerPassword, 'a new long password')).status, 204)
    assert.equal((await here.send('GET', '/api/v1/me')).status, 200)
    assert.equal((await there.send('GET', '/api/v1/me')).status, 401)
    await assert.rejects(identity.signedIn(here.email, ownerPassword))
    await identity.signedIn(here.email, 'a new long password')
  })
})

describe('the first start', () => {
  test('makes one owner, however many processes start at once, with a password that must be changed', async () => {
    const database = await freshDb()
    const made = await Promise.all(
      [1, 2, 3].map(() => ensureOwner({ db: database.db }, { email: 'First@Example.com' })),
    )
    const passwords = made.flatMap((result) => result.createdPassword ?? [])
    assert.equal(passwords.length, 1)
    assert.match(passwords[0] ?? '', /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
    const { rows } = await database.pool.query('select email, must_change_password from people')
    assert.deepEqual(rows, [{ email: 'first@example.com', must_change_password: true }])
    await database.close()
  })

  test('a password that nobody has used may be shown anew; one that was used stays', async () => {
    const database = await freshDb()
    const { db } = database
    const owner = { email: 'owner@example.com' }
    const first = await ensureOwner({ db }, owner)
    assert.deepEqual(await ensureOwner({ db }, owner), { isNew: false }, 'a start that shows nothing')
    const second = await ensureOwner({ db }, owner, { showsPassword: true })
    assert.ok(second.createdPassword && second.createdPassword !== first.createdPassword)

    const now = () => new Date()
    const config = {
      publicUrl: 'http://localhost',
      corsOrigins: [],
      secret: 'long enough to be a secret of this test',
    }
    const { auth } = createAuth({ db, log: silentLog(), now, config })
    const signInWith = (password: string) =>
      auth.api.signInEmail({ body: { ...owner, password }, asResponse: true }).then(({ status }) => status)
    assert.equal(await signInWith(first.createdPassword!), 401)
    assert.equal(await signInWith(second.createdPassword), 200)
    assert.deepEqual(await ensureOwner({ db }, owner, { showsPassword: true }), { isNew: false })
    await database.close()
  })

  test('a one-time password opens nothing but choosing one’s own', async () => {
    const identity = await testIdentity()
    const owner = await identity.signedIn()
    const member = await identity.member('editor')
    const { body: me } = await owner.send('GET', '/api/v1/me')
    const reset = await owner.send(
      'POST',
      `/api/v1/workspaces/${me.workspaceId}/members/${member.personId}/one-time-password`,
    )
    assert.equal(reset.status, 200)
    assert.equal((await member.send('GET', '/api/v1/me')).status, 401, 'the old session is over')

    const fresh = await identity.signedIn(member.email, reset.body.oneTimePassword)
    const seen = await fresh.send('GET', '/api/v1/me')
    assert.equal(seen.body.person.mustChangePassword, true)
    const refused = await fresh.send('GET', '/api/v1/probe/assets.read')
    assert.equal(refused.status, 403)
    assert.equal(refused.body.code, 'identity.passwordChangeRequired')
    const changed = await fresh.send('POST', '/api/auth/change-password', {
      currentPassword: reset.body.oneTimePassword,
      newPassword: 'my very own password',
    })
    assert.equal(changed.status, 200)
    assert.equal((await fresh.send('GET', '/api/v1/probe/assets.read')).status, 200)
    await identity.close()
  })

  test('a provider that is down does not keep anyone from signing in with a password', async () => {
    const oidc = { id: 'gone', name: 'Gone', issuer: 'http://127.0.0.1:9', clientId: 'c', clientSecret: 's' }
    const identity = await testIdentity({ oidc })
    await identity.signedIn()
    const answer = await identity
      .client()
      .send('POST', '/api/auth/sign-in/oauth2', { providerId: 'gone', callbackURL: '/' })
    assert.equal(answer.status, 503)
    assert.equal(answer.body.code, 'identity.providerUnavailable')
    await identity.close()
  })

  test('a secret that is too short is refused at start', () => {
    assert.throws(
      () =>
        createAuth({
          db: undefined as never,
          log: silentLog(),
          now: () => new Date(),
          config: { publicUrl: 'http://localhost', corsOrigins: [], secret: 'short' },
        }),
      TypeError,
    )
  })
})
