import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { actorCacheMs } from './actor-cache.ts'
import { ensureLocalKey } from './ensure-local-key.ts'
import { permissionsOf } from './permissions.ts'
import { type Client, type TestIdentity, testIdentity } from './test-identity.ts'

describe('API keys', () => {
  let identity: TestIdentity
  let owner: Client
  before(async () => {
    identity = await testIdentity()
    owner = await identity.signedIn()
  })
  after(() => identity.close())

  const create = (client: Client, body: object, headers = {}) =>
    client.send('POST', '/api/v1/api-keys', body, headers)
  const withKey = (key: string, path: string, headers = {}) =>
    identity.client().send('GET', path, undefined, { authorization: `Bearer ${key}`, ...headers })

  test('a key does what its scopes say and nothing else; its secret is shown once and stored as a hash', async () => {
    const made = await create(owner, { name: 'nightly', scopes: ['assets.read'] })
    assert.equal(made.status, 201)
    assert.match(made.body.key, /^cok_[0-9A-Z]{26}_[\w-]{43}$/)
    assert.equal((await withKey(made.body.key, '/api/v1/probe/assets.read')).status, 200)
    assert.equal((await withKey(made.body.key, '/api/v1/probe/assets.write')).status, 403)

    const list = await owner.send('GET', '/api/v1/api-keys')
    const listed = list.body.items.find((key: { id: string }) => key.id === made.body.id)
    assert.ok(made.body.key.startsWith(listed.prefix))
    assert.notEqual(listed.lastUsedAt, null)
    const secret = made.body.key.slice(-43)
    assert.ok(!JSON.stringify(list.body).includes(secret))
    const { rows } = await identity.database.pool.query('select * from api_keys')
    assert.ok(!JSON.stringify(rows).includes(secret))
  })

  test('a key in the name of someone whose role shrinks, shrinks with it; it ends when they leave', async () => {
    const admin = await identity.member('admin')
    const { body: key } = await create(admin, { name: 'admin', scopes: ['assets.write', 'assets.read'] })
    const { body: me } = await owner.send('GET', '/api/v1/me')
    const member = `/api/v1/workspaces/${me.workspaceId}/members/${admin.personId}`
    assert.equal((await withKey(key.key, '/api/v1/probe/assets.write')).status, 200)
    await owner.send('PATCH', member, { role: 'viewer' })
    assert.equal((await withKey(key.key, '/api/v1/probe/assets.write')).status, 403)
    assert.equal((await withKey(key.key, '/api/v1/probe/assets.read')).status, 200)
    await owner.send('DELETE', member)
    const gone = await withKey(key.key, '/api/v1/probe/assets.read')
    assert.equal(gone.status, 401)
    assert.equal(gone.body.code, 'identity.keyRefused')
  })

  test('nobody can give a key more than they have', async () => {
    const admin = await identity.member('admin')
    const refused = await create(admin, { name: 'too much', scopes: ['members.owners'] })
    assert.equal(refused.status, 403)
    assert.equal(refused.body.code, 'identity.scopeTooWide')
    const { body: narrow } = await create(owner, { name: 'maker', scopes: ['apiKeys.write'] })
    const escalated = await identity
      .client()
      .send(
        'POST',
        '/api/v1/api-keys',
        { name: 'more', scopes: ['assets.read'] },
        { authorization: `Bearer ${narrow.key}` },
      )
    assert.equal(escalated.body.code, 'identity.scopeTooWide')
    assert.equal((await create(owner, { name: 'x', scopes: ['assets.fly'] })).status, 400)
  })

  test('a key that may manage members gives no role, and takes over nobody, beyond its own scopes', async () => {
    const { body: narrow } = await create(owner, {
      name: 'members only',
      scopes: ['members.read', 'members.write'],
    })
    const byKey = (method: string, path: string, body?: unknown) =>
      identity.client().send(method, path, body, { authorization: `Bearer ${narrow.key}` })
    const admin = await identity.member('admin')
    const { body: me } = await owner.send('GET', '/api/v1/me')
    const member = `/api/v1/workspaces/${me.workspaceId}/members/${admin.personId}`
    const invited = await byKey('POST', '/api/v1/invitations', { email: 'friend@example.com', role: 'admin' })
    assert.equal(invited.body.code, 'identity.roleTooWide')
    assert.equal((await byKey('PATCH', member, { role: 'editor' })).body.code, 'identity.roleTooWide')
    assert.equal((await byKey('POST', `${member}/one-time-password`)).body.code, 'identity.roleTooWide')

    const wide = await create(admin, {
      name: 'wide enough',
      scopes: [...permissionsOf('viewer'), 'members.write'],
    })
    const made = await identity
      .client()
      .send(
        'POST',
        '/api/v1/invitations',
        { email: 'friend@example.com', role: 'viewer' },
        { authorization: `Bearer ${wide.body.key}` },
      )
    assert.equal(made.status, 201)
  })

  test('expired, revoked, altered and invented keys are 401', async () => {
    const expiresAt = new Date(identity.now().getTime() + 60_000).toISOString()
    const { body: brief } = await create(owner, { name: 'brief', scopes: ['assets.read'], expiresAt })
    assert.equal((await withKey(brief.key, '/api/v1/probe/assets.read')).status, 200)
    identity.advance(60_000)
    assert.match((await withKey(brief.key, '/api/v1/probe/assets.read')).body.message, /expired/)

    const { body: key } = await create(owner, { name: 'revoked', scopes: ['assets.read'] })
    const altered = key.key.slice(0, -1) + (key.key.endsWith('A') ? 'B' : 'A')
    assert.equal((await withKey(altered, '/api/v1/me')).status, 401)
    assert.equal((await owner.send('DELETE', `/api/v1/api-keys/${key.id}`)).status, 204)
    assert.equal((await withKey(key.key, '/api/v1/me')).status, 401)
    assert.equal((await owner.send('DELETE', `/api/v1/api-keys/${key.id}`)).status, 404)
    for (const invented of ['cok_x', '', 'cok_00000000000000000000000000_' + 'a'.repeat(43)]) {
      assert.equal((await withKey(invented, '/api/v1/me')).status, 401)
    }
  })

  test('a key belongs to one workspace: others do not exist for it', async () => {
    const { body: other } = await owner.send('POST', '/api/v1/workspaces', { name: 'Second' })
    const { body: key } = await create(owner, {
      name: 'first only',
      scopes: ['assets.read', 'workspaces.read'],
    })
    const crossed = await withKey(key.key, '/api/v1/probe/assets.read', { 'x-workspace-id': other.id })
    assert.equal(crossed.status, 404)
    assert.equal(crossed.body.code, 'identity.workspaceNotFound')
    const me = await withKey(key.key, '/api/v1/me')
    assert.equal(me.body.person, null)
    assert.equal(me.body.workspaces.length, 1)
  })

  test('a repeated creation makes one key and does not show its secret again', async () => {
    const body = { name: 'repeated', scopes: ['assets.read'] }
    const first = await create(owner, body, { 'idempotency-key': 'make-key-1' })
    const second = await create(owner, body, { 'idempotency-key': 'make-key-1' })
    assert.equal(second.body.id, first.body.id)
    assert.equal(second.body.key, null)
    const { rows } = await identity.database.pool.query('select body from idempotency_keys')
    assert.ok(!JSON.stringify(rows).includes(first.body.key.slice(-43)))
  })

  test('the key of this machine is kept while it works and replaced when it does not', async () => {
    const { db } = identity.database
    const first = await ensureLocalKey({ db })
    assert.equal((await withKey(first.apiKey, '/api/v1/probe/members.owners')).status, 200)
    assert.equal((await ensureLocalKey({ db }, first.apiKey)).apiKey, first.apiKey)
    const second = await ensureLocalKey({ db }, 'cok_lost')
    assert.notEqual(second.apiKey, first.apiKey)
    // Done outside the routes, as another process would: it counts after a moment.
    identity.advance(actorCacheMs)
    assert.equal((await withKey(first.apiKey, '/api/v1/me')).status, 401)
    assert.equal((await withKey(second.apiKey, '/api/v1/me')).status, 200)

    // As left by a release that knew fewer permissions.
    await identity.database.pool.query(
      `update api_keys set scopes = scopes - 'webhooks.read' where purpose = 'local' and revoked_at is null`,
    )
    const third = await ensureLocalKey({ db }, second.apiKey)
    assert.notEqual(third.apiKey, second.apiKey)
    assert.equal((await withKey(third.apiKey, '/api/v1/probe/webhooks.read')).status, 200)
  })
})
