import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { permissions, permissionsOf, type Role, roles } from './permissions.ts'
import { type Client, type TestIdentity, testIdentity } from './test-identity.ts'

const everyone = ['owner', 'admin', 'editor', 'approver', 'viewer']
const writers = ['owner', 'admin', 'editor']
const leads = ['owner', 'admin']

/** Who may do what, written down a second time on purpose: a change of the table has to be meant. */
const expected: Record<(typeof permissions)[number], string[]> = {
  'assets.read': everyone,
  'assets.write': writers,
  'media.read': everyone,
  'media.write': writers,
  'clips.read': everyone,
  'clips.write': writers,
  'drafts.read': everyone,
  'drafts.write': writers,
  'drafts.approve': ['owner', 'admin', 'approver'],
  'productions.read': everyone,
  'productions.write': writers,
  'runs.read': everyone,
  'runs.write': writers,
  'settings.read': everyone,
  'settings.write': leads,
  'topics.read': everyone,
  'topics.write': writers,
  'secrets.read': leads,
  'secrets.write': leads,
  'flags.read': everyone,
  'flags.write': leads,
  'experiments.read': everyone,
  'experiments.write': writers,
  'prompts.read': everyone,
  'prompts.write': writers,
  'costs.read': everyone,
  'costs.write': leads,
  'models.read': everyone,
  'models.write': leads,
  'notifications.read': everyone,
  'notifications.write': everyone,
  'webhooks.read': leads,
  'webhooks.write': leads,
  'audit.read': leads,
  'members.read': everyone,
  'members.write': leads,
  'members.owners': ['owner'],
  'apiKeys.read': leads,
  'apiKeys.write': leads,
  'workspaces.read': everyone,
  'workspaces.write': leads,
}

describe('roles', () => {
  let identity: TestIdentity
  const clients = new Map<Role, Client>()
  before(async () => {
    identity = await testIdentity()
    clients.set('owner', await identity.signedIn())
    for (const role of roles) if (role !== 'owner') clients.set(role, await identity.member(role))
  })
  after(() => identity.close())

  for (const role of roles) {
    test(`${role}: every guarded route lets through exactly what the table says`, async () => {
      const client = clients.get(role)
      assert.ok(client)
      for (const permission of permissions) {
        const { status, body } = await client.send('GET', `/api/v1/probe/${permission}`)
        const may = expected[permission].includes(role)
        assert.equal(status, may ? 200 : 403, permission)
        if (!may) assert.equal(body.permission, permission)
        assert.equal(permissionsOf(role).has(permission), may, permission)
      }
    })
  }

  test('the real routes follow: what a viewer may not do changes nothing', async () => {
    const viewer = clients.get('viewer')
    assert.ok(viewer)
    const { body: me } = await viewer.send('GET', '/api/v1/me')
    const refused = [
      ['POST', '/api/v1/workspaces', { name: 'Mine' }],
      ['PATCH', `/api/v1/workspaces/${me.workspaceId}`, { name: 'Mine' }],
      ['POST', '/api/v1/invitations', { email: 'x@example.com', role: 'viewer' }],
      ['POST', '/api/v1/api-keys', { name: 'k', scopes: ['assets.read'] }],
      ['GET', '/api/v1/api-keys', undefined],
      ['GET', '/api/v1/audit', undefined],
      ['PATCH', `/api/v1/workspaces/${me.workspaceId}/members/${me.person.id}`, { role: 'owner' }],
    ] as const
    for (const [method, path, body] of refused) {
      const answer = await viewer.send(method, path, body)
      assert.equal(answer.status, 403, `${method} ${path}`)
      assert.equal(answer.body.code, 'access.forbidden')
    }
  })
})
