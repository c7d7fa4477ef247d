import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import { withDb } from '../../../platform/db/test-db.ts'
import { publishEvent } from '../../../platform/events/index.ts'
import { createHttp } from '../../../platform/http/create-http.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { webhooks } from '../schema.ts'
import { listDeliveries, pingWebhook, replayDelivery } from './deliveries.ts'
import { createWebhook, deleteWebhook, listWebhooks, updateWebhook } from './keep-webhooks.ts'
import { queueDeliveries } from './queue-deliveries.ts'
import { isSigned, signatureOf } from './signature.ts'
import { admin, deliveriesOf, depsOf, failed, nobody, stranger } from './test-receiver.ts'
import { webhookRoutes } from './webhook-routes.ts'

describe('a webhook', () => {
  test('hears of events that it asked for, in its own workspace, from when it was made', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await publishEvent(db, failed)
      while ((await queueDeliveries(deps)) > 0);
      const url = 'https://example.org/hook'
      const picky = await createWebhook(deps, { actor: admin, url, events: ['run.failed'] })
      const curious = await createWebhook(deps, { actor: admin, url })
      const foreign = await createWebhook(deps, { actor: stranger, url })
      for (const type of ['run.failed', 'run.started', 'production.finished', 'webhook.disabled']) {
        await publishEvent(db, { ...failed, type })
      }
      assert.equal(await queueDeliveries(deps), 4)
      assert.equal(await queueDeliveries(deps), 0)
      const types = async (id: string) => (await deliveriesOf(db, id)).map(({ type }) => type)
      assert.deepEqual(await types(picky.id), ['run.failed'])
      assert.deepEqual((await types(curious.id)).sort(), ['production.finished', 'run.failed'])
      const { items } = await listDeliveries({ db }, { actor: stranger, webhookId: foreign.id, limit: 9 })
      assert.deepEqual(items, [])
    }))

  test('shows its secret once, and the database does not have it', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      const made = await createWebhook(deps, { actor: admin, url: 'https://example.org/' })
      assert.match(made.secret, /^whsec_[\w-]{43}$/)
      const [row] = await db.select().from(webhooks)
      assert.ok(!JSON.stringify(row).includes(made.secret))
      assert.ok(!JSON.stringify(await listWebhooks(deps, { actor: admin })).includes('whsec'))
    }))

  for (const [url, code] of [
    ['http://127.0.0.2/', 'fetch.refused'],
    ['http://[::1]/', 'fetch.refused'],
    ['http://169.254.169.254/latest', 'fetch.refused'],
    ['http://localhost:3000/', 'fetch.refused'],
    ['file:///etc/passwd', 'fetch.badUrl'],
    ['https://me:pw@example.org/', 'fetch.badUrl'],
    ['example.org', 'fetch.badUrl'],
  ] as const) {
    test(`to ${url} is refused, when it is made and when it is changed`, () =>
      withDb(async (db) => {
        const deps = depsOf(db)
        await assert.rejects(createWebhook(deps, { actor: admin, url }), { code })
        const { id } = await createWebhook(deps, { actor: admin, url: 'https://example.org/' })
        await assert.rejects(updateWebhook(deps, { actor: admin, webhookId: id, url }), { code })
      }))
  }

  test('is not seen or changed from another workspace, nor without the permission', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      const { id: webhookId } = await createWebhook(deps, { actor: admin, url: 'https://example.org/' })
      const missing = { code: 'notifications.webhookNotFound' }
      const theirs = { actor: stranger, webhookId }
      assert.deepEqual(await listWebhooks(deps, { actor: stranger }), [])
      await assert.rejects(updateWebhook(deps, { ...theirs, enabled: false }), missing)
      await assert.rejects(deleteWebhook(deps, theirs), missing)
      await assert.rejects(pingWebhook(deps, theirs), missing)
      await assert.rejects(listDeliveries(deps, { ...theirs, limit: 1 }), missing)
      await assert.rejects(replayDelivery(deps, { ...theirs, deliveryId: 'dlv_1' }), missing)
      await assert.rejects(listWebhooks(deps, { actor: nobody }), { code: 'access.forbidden' })
      await assert.rejects(createWebhook(deps, { actor: nobody, url: 'https://example.org/' }), {
        code: 'access.forbidden',
      })
    }))
})

describe('a signature', () => {
  test('holds for five minutes, and for these bytes', () => {
    const signature = signatureOf('whsec_a', '{"a":1}', 1_000)
    assert.ok(isSigned('whsec_a', '{"a":1}', signature, 1_300))
    assert.ok(!isSigned('whsec_a', '{"a":1}', signature, 1_301))
    assert.ok(!isSigned('whsec_a', '{"a":2}', signature, 1_000))
    assert.ok(!isSigned('whsec_a', '{"a":1}', signature.replace('t=1000', 't=1001'), 1_000))
    for (const text of ['', 't=,v1=', 'v1=00', `t=1000,v1=${'g'.repeat(64)}`])
      assert.ok(!isSigned('whsec_a', '{"a":1}', text, 1_000))
  })
})

test('the routes make, list, change, test and delete', () =>
  withDb(async (db) => {
    const config = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
    const app = createHttp({ log: silentLog(), config, db, authenticate: async () => admin })
    app.route('/api/v1', webhookRoutes(depsOf(db)))
    const call = async (method: string, path: string, body?: unknown) => {
      const headers = { 'content-type': 'application/json' }
      const response = await app.request(`/api/v1/webhooks${path}`, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
      })
      return { status: response.status, json: response.status === 204 ? undefined : await response.json() }
    }
    assert.equal((await call('POST', '', { url: 'https://example.org', events: ['nonsense'] })).status, 400)
    assert.equal((await call('POST', '', { url: 'http://10.0.0.1/' })).status, 422)
    const made = await call('POST', '', { url: 'https://example.org', events: ['run.failed'] })
    assert.equal(made.status, 201)
    const { id, secret } = made.json as { id: string; secret: string }
    assert.match(secret, /^whsec_/)
    const list = await call('GET', '')
    assert.ok(!JSON.stringify(list.json).includes('whsec'))
    const changed = await call('PATCH', `/${id}`, { enabled: false })
    assert.equal((changed.json as { enabled: boolean }).enabled, false)
    const ping = await call('POST', `/${id}/ping`)
    assert.equal(ping.status, 202)
    const deliveryId = (ping.json as { id: string }).id
    assert.equal((await call('POST', `/${id}/deliveries/${deliveryId}/replay`)).status, 202)
    assert.equal((await call('POST', `/${id}/deliveries/dlv_x/replay`)).status, 404)
    const log = await call('GET', `/${id}/deliveries?state=pending`)
    assert.equal((log.json as { items: unknown[] }).items.length, 1)
    assert.equal((await call('DELETE', `/${id}`)).status, 204)
    assert.equal((await call('DELETE', `/${id}`)).status, 404)
    assert.deepEqual(await db.select().from(webhooks).where(eq(webhooks.id, id)), [])
  }))
