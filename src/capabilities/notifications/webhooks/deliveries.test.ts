import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { freshDb, withDb } from '../../../platform/db/test-db.ts'
import { publishEvent } from '../../../platform/events/index.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { listNotifications } from '../list-notifications.ts'
import { attemptDelivery, claimDue, maxFailuresInRow } from './deliver-due.ts'
import { pingWebhook, replayDelivery, sweepDeliveries } from './deliveries.ts'
import { createWebhook, listWebhooks, updateWebhook } from './keep-webhooks.ts'
import { queueDeliveries } from './queue-deliveries.ts'
import { isSigned } from './signature.ts'
import {
  admin,
  clock,
  deliverAt,
  deliveriesOf,
  depsOf,
  failed,
  later,
  withReceiver,
} from './test-receiver.ts'
import { startWebhooks } from './webhook-loop.ts'

describe('a delivery', () => {
  test('is signed, has a stable id, and is tried again until it is taken', () =>
    withReceiver([500, 302, 204], ({ url, calls }) =>
      withDb(async (db) => {
        const deps = depsOf(db)
        const { id, secret } = await createWebhook(deps, { actor: admin, url })
        await publishEvent(db, failed)
        await queueDeliveries(deps)
        assert.equal(await deliverAt(deps, clock.at), 1)
        assert.equal(await deliverAt(deps, clock.at), 0, 'not before its pause is over')
        assert.equal(await deliverAt(deps, later(1)), 1)
        assert.equal(await deliverAt(deps, later(3)), 1)
        assert.equal(await deliverAt(deps, later(9_999)), 0)

        const [delivery] = await deliveriesOf(db, id)
        assert.deepEqual(
          delivery!.attempts.map(({ status }) => status),
          [500, 302, 204],
        )
        assert.equal(delivery!.state, 'delivered')
        assert.equal(delivery!.attempts[0]!.answer.length, 500)
        assert.match(delivery!.attempts[0]!.answer, /^answer 1/)
        assert.equal((await listWebhooks(deps, { actor: admin }))[0]!.failuresInRow, 0)
        for (const [index, { headers, body }] of calls.entries()) {
          assert.equal(headers['x-creatorops-delivery'], delivery!.id)
          assert.equal(headers['x-creatorops-event'], 'run.failed')
          assert.equal(headers['x-creatorops-attempt'], String(index + 1))
          assert.equal(body, calls[0]!.body)
          const signature = String(headers['x-creatorops-signature'])
          const seconds = Number(/t=(\d+)/.exec(signature)![1])
          assert.ok(isSigned(secret, body, signature, seconds))
          assert.ok(!isSigned('whsec_other', body, signature, seconds))
        }
        const told = JSON.parse(calls[0]!.body) as Record<string, unknown>
        assert.deepEqual(
          [told['type'], told['subjectId'], told['data']],
          ['run.failed', 'run_1', failed.data],
        )
      }),
    ))

  test('is given up after eight attempts, and a replay sends it again under its id', () =>
    withReceiver([...Array<number>(8).fill(503), 200], ({ url, calls }) =>
      withDb(async (db) => {
        const deps = depsOf(db)
        const { id: webhookId } = await createWebhook(deps, { actor: admin, url })
        await publishEvent(db, failed)
        await queueDeliveries(deps)
        for (let round = 0; round < 12; round++) await deliverAt(deps, later(round * 1_000))
        const [lost] = await deliveriesOf(db, webhookId)
        assert.deepEqual([lost!.state, lost!.attempts.length, calls.length], ['failed', 8, 8])
        await replayDelivery(deps, { actor: admin, webhookId, deliveryId: lost!.id })
        await deliverAt(deps, later(20_000))
        const [found] = await deliveriesOf(db, webhookId)
        assert.deepEqual([found!.state, found!.attempts.length], ['delivered', 9])
        assert.equal(calls.at(-1)!.headers['x-creatorops-delivery'], lost!.id)
      }),
    ))

  test('to a receiver that fails and fails switches the webhook off and tells the workspace', () =>
    withReceiver([500], ({ url, calls }) =>
      withDb(async (db) => {
        const deps = depsOf(db)
        const { id: webhookId } = await createWebhook(deps, { actor: admin, url })
        for (let n = 0; n < maxFailuresInRow + 5; n++) await publishEvent(db, failed)
        await queueDeliveries(deps)
        for (let n = 0; n < maxFailuresInRow + 5; n++) {
          const [due] = await claimDue(deps, 1)
          if (due) await attemptDelivery(deps, due)
        }
        assert.equal(calls.length, maxFailuresInRow)
        const [hook] = await listWebhooks(deps, { actor: admin })
        assert.deepEqual([hook!.enabled, hook!.disabledBecause], [false, '20 attempts in a row failed.'])
        const notes = (await listNotifications({ db }, { actor: admin, limit: 9 })).items
        assert.deepEqual(
          notes.map(({ kind, subjectId }) => [kind, subjectId]),
          [['webhook.disabled', webhookId]],
        )
        const on = await updateWebhook(deps, { actor: admin, webhookId, enabled: true })
        assert.deepEqual([on.enabled, on.disabledBecause, on.failuresInRow], [true, null, 0])
        assert.equal((await claimDue(deps, 50)).length, 5, 'what was waiting goes on')
      }),
    ))

  test('to a receiver that says 410 switches the webhook off at once', () =>
    withReceiver([410], ({ url }) =>
      withDb(async (db) => {
        const deps = depsOf(db)
        await createWebhook(deps, { actor: admin, url })
        await publishEvent(db, failed)
        await queueDeliveries(deps)
        await deliverAt(deps, clock.at)
        assert.equal((await listWebhooks(deps, { actor: admin }))[0]!.enabled, false)
      }),
    ))

  test('to an address that has become an inner one is not sent', () =>
    withReceiver([200], ({ url, calls }) =>
      withDb(async (db) => {
        const deps = depsOf(db)
        const { id } = await createWebhook(deps, { actor: admin, url })
        await publishEvent(db, failed)
        await queueDeliveries(deps)
        await deliverAt({ ...deps, fetchAllow: [] }, clock.at)
        assert.equal((await deliveriesOf(db, id))[0]!.attempts[0]!.error, 'fetch.refused')
        assert.equal(calls.length, 0)
      }),
    ))

  test('is not sent with another installation’s secret', () =>
    withReceiver([200], ({ url, calls }) =>
      withDb(async (db) => {
        const deps = depsOf(db)
        const { id } = await createWebhook(deps, { actor: admin, url })
        await pingWebhook(deps, { actor: admin, webhookId: id })
        await deliverAt({ ...deps, secret: 'another'.padEnd(40, '.') }, clock.at)
        assert.equal((await deliveriesOf(db, id))[0]!.attempts[0]!.error, 'notifications.secretUnreadable')
        assert.equal(calls.length, 0)
      }),
    ))

  test('that a process died with is claimed again a minute later, and the process that ends claims nothing', () =>
    withReceiver([200], ({ url, calls }) =>
      withDb(async (db) => {
        const deps = depsOf(db)
        const { id } = await createWebhook(deps, { actor: admin, url })
        await publishEvent(db, failed)
        await queueDeliveries(deps)
        const [claimed] = await claimDue(deps, 9)
        await attemptDelivery({ ...deps, signal: AbortSignal.abort() }, claimed!)
        assert.equal((await claimDue({ ...deps, now: () => later(0.9) }, 9)).length, 0)
        assert.equal(await deliverAt(deps, later(1.1)), 1)
        const [delivery] = await deliveriesOf(db, id)
        assert.deepEqual([delivery!.state, delivery!.attempts.length, calls.length], ['delivered', 1, 1])
      }),
    ))

  test('as a ping is sent once, even to a webhook that is off, and counts for nothing', () =>
    withReceiver([500], ({ url, calls }) =>
      withDb(async (db) => {
        const deps = depsOf(db)
        const { id: webhookId } = await createWebhook(deps, { actor: admin, url })
        await updateWebhook(deps, { actor: admin, webhookId, enabled: false })
        await pingWebhook(deps, { actor: admin, webhookId })
        await deliverAt(deps, later(1))
        await deliverAt(deps, later(1_000))
        assert.equal(calls.length, 1)
        assert.equal((await deliveriesOf(db, webhookId))[0]!.state, 'failed')
        assert.equal((await listWebhooks(deps, { actor: admin }))[0]!.failuresInRow, 0)
      }),
    ))

  test('is forgotten a month after it was finished, and not while it waits', () =>
    withReceiver([200], ({ url }) =>
      withDb(async (db) => {
        const deps = depsOf(db)
        const { id } = await createWebhook(deps, { actor: admin, url })
        await publishEvent(db, failed)
        await queueDeliveries(deps)
        await deliverAt(deps, clock.at)
        await publishEvent(db, failed)
        await queueDeliveries(deps)
        const day = 24 * 60
        await sweepDeliveries({ db, now: () => later(29 * day) })
        assert.equal((await deliveriesOf(db, id)).length, 2)
        await sweepDeliveries({ db, now: () => later(31 * day) })
        assert.deepEqual(
          (await deliveriesOf(db, id)).map(({ state }) => state),
          ['pending'],
        )
      }),
    ))
})

describe('with several connections', () => {
  test('an event that commits late is still delivered, and two takers share the events', async () => {
    const { db, close } = await freshDb()
    try {
      const deps = depsOf(db)
      const { id } = await createWebhook(deps, { actor: admin, url: 'https://example.org/' })
      const gate = Promise.withResolvers<void>()
      const published = Promise.withResolvers<void>()
      const late = db.transaction(async (tx) => {
        await publishEvent(tx, { ...failed, subjectId: 'run_late' })
        published.resolve()
        await gate.promise
      })
      await published.promise
      for (let n = 0; n < 5; n++) await publishEvent(db, { ...failed, subjectId: `run_${n}` })
      await Promise.all([queueDeliveries(deps), queueDeliveries(deps), queueDeliveries(deps)])
      gate.resolve()
      await late
      while ((await queueDeliveries(deps)) > 0);
      const subjects = (await deliveriesOf(db, id)).map(({ body }) => JSON.parse(body).subjectId as string)
      assert.deepEqual(subjects.sort(), ['run_0', 'run_1', 'run_2', 'run_3', 'run_4', 'run_late'])
    } finally {
      await close()
    }
  })

  test('the loop delivers by itself, and two loops do not deliver twice', () =>
    withReceiver([500, 200], async ({ url, calls }) => {
      const { db, close } = await freshDb()
      const options = { ...depsOf(db), now: undefined, log: silentLog(), everyMs: 10, pausesMs: [20] }
      const loops = [startWebhooks(options), startWebhooks(options)]
      try {
        const { id } = await createWebhook(options, { actor: admin, url })
        for (let n = 0; n < 5; n++) await publishEvent(db, failed)
        const deadline = performance.now() + 10_000
        const isDone = async () =>
          (await deliveriesOf(db, id)).filter((one) => one.state === 'delivered').length
        while ((await isDone()) < 5 && performance.now() < deadline) await delay(10)
        assert.equal(await isDone(), 5)
        assert.equal(calls.length, 6, 'one failure and five successes')
      } finally {
        await Promise.all(loops.map((loop) => loop.stop()))
        await close()
      }
    }))
})
