import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Client, ownerEmail, ownerPassword, type TestIdentity, testIdentity } from './test-identity.ts'

const tokenOf = (url: string) => url.split('/').at(-1) ?? ''

describe('members', () => {
  let identity: TestIdentity
  let owner: Client
  let workspaceId = ''
  let ownerId = ''
  before(async () => {
    identity = await testIdentity()
    owner = await identity.signedIn()
    const { body } = await owner.send('GET', '/api/v1/me')
    workspaceId = body.workspaceId
    ownerId = body.person.id
  })
  after(() => identity.close())

  const invite = (client: Client, email: string, role = 'viewer') =>
    client.send('POST', '/api/v1/invitations', { email, role })
  const memberPath = (personId: string) => `/api/v1/workspaces/${workspaceId}/members/${personId}`

  test('an invitation can be read by its token and used once to sign up', async () => {
    const made = await invite(owner, 'New@Example.com', 'editor')
    assert.equal(made.status, 201)
    assert.match(made.body.url, /^http:\/\/localhost:4000\/invitations\/[\w-]{43}$/)
    const path = `/api/v1/invitations/by-token/${tokenOf(made.body.url)}`
    const offer = await identity.client().send('GET', path)
    assert.equal(offer.body.email, 'new@example.com')
    assert.equal(offer.body.workspaceName, 'My workspace')
    assert.equal(offer.body.hasAccount, false)

    const signUp = (password: string) =>
      identity.client().send('POST', `${path}/sign-up`, { name: 'New', password })
    assert.equal((await signUp('short')).status, 400)
    const [first, second] = await Promise.all([signUp(ownerPassword), signUp(ownerPassword)])
    assert.deepEqual([first.status, second.status].sort(), [201, 404])
    const person = await identity.signedIn('new@example.com', ownerPassword)
    const { body: me } = await person.send('GET', '/api/v1/me')
    assert.deepEqual(
      me.workspaces.map((w: { role: string }) => w.role),
      ['editor'],
    )
    assert.equal((await owner.send('GET', '/api/v1/invitations')).body.items.length, 0)
    assert.equal((await invite(owner, 'new@example.com')).body.code, 'identity.alreadyMember')
  })

  test('expired, revoked and replaced invitations are gone', async () => {
    const { body: replaced } = await invite(owner, 'late@example.com')
    const { body: revoked } = await invite(owner, 'late@example.com')
    const open = async (url: string) =>
      (await identity.client().send('GET', `/api/v1/invitations/by-token/${tokenOf(url)}`)).status
    assert.equal(await open(replaced.url), 404)
    assert.equal(await open(revoked.url), 200)
    assert.equal((await owner.send('DELETE', `/api/v1/invitations/${revoked.id}`)).status, 204)
    assert.equal(await open(revoked.url), 404)
    const { body: expired } = await invite(owner, 'late@example.com')
    identity.advance(7 * 24 * 3_600_000)
    assert.equal(await open(expired.url), 404)
    assert.equal((await owner.send('GET', '/api/v1/invitations')).body.items.length, 0)
  })

  test('someone with an account accepts by signing in, and only the invited one', async () => {
    const { body: second } = await owner.send('POST', '/api/v1/workspaces', { name: 'Second studio' })
    const guest = await identity.member('viewer', 'guest@example.com')
    const stranger = await identity.member('viewer', 'stranger@example.com')
    const made = await owner.send(
      'POST',
      '/api/v1/invitations',
      { email: 'guest@example.com', role: 'admin' },
      { 'x-workspace-id': second.id },
    )
    const path = `/api/v1/invitations/by-token/${tokenOf(made.body.url)}`
    assert.equal((await identity.client().send('GET', path)).body.hasAccount, true)
    const signUp = await identity
      .client()
      .send('POST', `${path}/sign-up`, { name: 'x', password: ownerPassword })
    assert.equal(signUp.body.code, 'identity.accountExists')
    assert.equal((await stranger.send('POST', `${path}/accept`)).body.code, 'identity.otherAddressee')
    assert.equal((await identity.client().send('POST', `${path}/accept`)).status, 401)
    const accepted = await guest.send('POST', `${path}/accept`)
    assert.deepEqual(accepted.body, { workspaceId: second.id, role: 'admin' })
    const { body: me } = await guest.send('GET', '/api/v1/me', undefined, { 'x-workspace-id': second.id })
    assert.equal(me.workspaceId, second.id)
    assert.ok(me.permissions.includes('members.write'))
    const { body: home } = await guest.send('GET', '/api/v1/me')
    assert.ok(!home.permissions.includes('members.write'), 'the role holds in its workspace only')
  })

  test('a workspace one does not belong to does not exist, whichever way it is named', async () => {
    const { body: other } = await owner.send('POST', '/api/v1/workspaces', { name: 'Private' })
    const viewer = await identity.member('viewer')
    const answers = [
      await viewer.send('GET', '/api/v1/probe/assets.read', undefined, { 'x-workspace-id': other.id }),
      await viewer.send('GET', `/api/v1/probe/assets.read?workspaceId=${other.id}`),
      await viewer.send('GET', `/api/v1/workspaces/${other.id}`),
      await viewer.send('GET', `/api/v1/workspaces/${other.id}/members`),
      await viewer.send('PATCH', `/api/v1/workspaces/${other.id}`, { name: 'x' }, { 'if-match': '"v1"' }),
      await viewer.send('GET', '/api/v1/workspaces/ws_00000000000000000000000000'),
    ]
    for (const answer of answers) {
      assert.equal(answer.status, 404)
      assert.equal(answer.body.code, 'identity.workspaceNotFound')
    }
  })

  test('only owners touch owners', async () => {
    const admin = await identity.member('admin')
    const editor = await identity.member('editor')
    assert.equal(
      (await admin.send('PATCH', memberPath(editor.personId), { role: 'owner' })).body.code,
      'identity.ownersOnly',
    )
    assert.equal(
      (await admin.send('PATCH', memberPath(ownerId), { role: 'viewer' })).body.code,
      'identity.ownersOnly',
    )
    assert.equal((await admin.send('DELETE', memberPath(ownerId))).body.code, 'identity.ownersOnly')
    assert.equal(
      (await admin.send('POST', `${memberPath(ownerId)}/one-time-password`)).body.code,
      'identity.ownersOnly',
    )
    assert.equal((await invite(admin, 'boss@example.com', 'owner')).body.code, 'identity.ownersOnly')
    assert.equal((await admin.send('PATCH', memberPath(editor.personId), { role: 'admin' })).status, 200)
  })

  test('the last owner stays, also when two owners demote each other at once', async () => {
    assert.equal((await owner.send('DELETE', memberPath(ownerId))).body.code, 'identity.lastOwner')
    assert.equal(
      (await owner.send('PATCH', memberPath(ownerId), { role: 'admin' })).body.code,
      'identity.lastOwner',
    )
    const second = await identity.member('viewer')
    assert.equal((await owner.send('PATCH', memberPath(second.personId), { role: 'owner' })).status, 200)
    const both = await Promise.all([
      owner.send('PATCH', memberPath(ownerId), { role: 'viewer' }),
      second.send('PATCH', memberPath(second.personId), { role: 'viewer' }),
    ])
    assert.deepEqual(both.map((answer) => answer.status).sort(), [200, 409])
    const { rows } = await identity.database.pool.query(
      `select person_id from workspace_members where workspace_id = $1 and role = 'owner'`,
      [workspaceId],
    )
    assert.equal(rows.length, 1)
    await identity.database.pool.query(
      `update workspace_members set role = 'owner' where workspace_id = $1 and person_id = $2`,
      [workspaceId, ownerId],
    )
  })

  test('removing a member closes the workspace to them at once; anyone may leave', async () => {
    const viewer = await identity.member('viewer')
    const other = await identity.member('viewer')
    assert.equal((await viewer.send('DELETE', memberPath(other.personId))).status, 403)
    assert.equal((await owner.send('DELETE', memberPath(other.personId))).status, 204)
    const { body: me } = await other.send('GET', '/api/v1/me')
    assert.deepEqual([me.workspaces, me.workspaceId, me.permissions], [[], null, []])
    assert.equal((await other.send('GET', '/api/v1/probe/assets.read')).status, 403)
    assert.equal((await viewer.send('DELETE', memberPath(viewer.personId))).status, 204)
  })

  test('a password of someone who also works elsewhere can only be reset by who owns all of it', async () => {
    const { body: second } = await owner.send('POST', '/api/v1/workspaces', { name: 'Elsewhere' })
    const shared = await identity.member('viewer', 'shared@example.com')
    const made = await owner.send(
      'POST',
      '/api/v1/invitations',
      { email: 'shared@example.com', role: 'viewer' },
      { 'x-workspace-id': second.id },
    )
    await shared.send('POST', `/api/v1/invitations/by-token/${tokenOf(made.body.url)}/accept`)
    const admin = await identity.member('admin')
    const path = `${memberPath(shared.personId)}/one-time-password`
    assert.equal((await admin.send('POST', path)).body.code, 'identity.sharedPerson')
    assert.equal((await owner.send('POST', path)).status, 200)
  })

  test('renaming needs the version one saw, and two renames at once keep the first', async () => {
    const path = `/api/v1/workspaces/${workspaceId}`
    const { headers } = await owner.send('GET', path)
    const seen = headers.get('etag') ?? ''
    assert.equal((await owner.send('PATCH', path, { name: 'Blind' })).status, 428)
    const [first, second] = [
      await owner.send('PATCH', path, { name: 'Studio A' }, { 'if-match': seen }),
      await owner.send('PATCH', path, { name: 'Studio B' }, { 'if-match': seen }),
    ]
    assert.equal(first.status, 200)
    assert.equal(second.status, 412)
    assert.equal(second.body.resource.name, 'Studio A')
    assert.equal(second.body.current, second.body.yours + 1)
  })

  test('lists come in pages, and what was done is in the trail', async () => {
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await owner.send('GET', `/api/v1/workspaces/${workspaceId}/members?limit=2${cursor}`)
      assert.ok(body.items.length <= 2)
      seen.push(...body.items.map((member: { email: string }) => member.email))
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : ''
    } while (cursor !== '')
    assert.equal(new Set(seen).size, seen.length)
    assert.ok(seen.includes(ownerEmail) && seen.length > 4)

    const trail = await owner.send('GET', '/api/v1/audit?action=member.&limit=200')
    const actions = new Set(trail.body.items.map((entry: { action: string }) => entry.action))
    assert.deepEqual([...actions].sort(), [
      'member.left',
      'member.passwordReset',
      'member.removed',
      'member.roleChanged',
    ])
    const found = await owner.send('GET', `/api/v1/audit?text=Studio`)
    assert.equal(found.body.items[0].action, 'workspace.renamed')
    assert.deepEqual(found.body.items[0].detail, { from: 'My workspace', to: 'Studio A' })
  })
})
