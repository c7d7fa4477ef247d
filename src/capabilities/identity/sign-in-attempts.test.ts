import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { AppError } from '../../kernel/errors.ts'
import type { Db } from '../../platform/db/client.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { openAttempt, succeedAttempt } from './sign-in-attempts.ts'
import { ownerEmail, ownerPassword, type TestIdentity, testIdentity } from './test-identity.ts'

const minuteMs = 60_000

/** Fails until locked; answers how many seconds the lock lasts. */
function attacker(db: Db) {
  let nowMs = Date.parse('2026-03-01T12:00:00Z')
  const deps = { db, now: () => new Date(nowMs) }
  async function fail(email: string, address: string): Promise<number> {
    try {
      await openAttempt(deps, { email, address })
      return 0
    } catch (error) {
      assert.ok(error instanceof AppError && error.code === 'identity.tooManyAttempts')
      return Number(error.detail?.['retryAfterS'])
    }
  }
  return { deps, fail, advance: (ms: number) => void (nowMs += ms) }
}

describe('repeated failures', () => {
  test('of one account lock it from the fifth on, twice as long each time, up to an hour', () =>
    withDb(async (db) => {
      const { fail, advance } = attacker(db)
      const locks: number[] = []
      for (let attempt = 0; attempt < 15; attempt++) {
        // A new address each time: the account alone has to notice.
        await fail('anna@example.com', `198.51.100.${attempt}`)
        const lockS = await fail('anna@example.com', 'any')
        locks.push(lockS)
        advance(lockS * 1000)
      }
      assert.deepEqual(locks.slice(0, 4), [0, 0, 30, 60])
      assert.deepEqual(locks.slice(-2), [3600, 3600])
    }))

  test('while locked not even the right password is tried, and the lock is not prolonged', () =>
    withDb(async (db) => {
      const { fail, advance } = attacker(db)
      for (let attempt = 0; attempt < 5; attempt++) assert.equal(await fail('anna@example.com', 'a'), 0)
      assert.equal(await fail('anna@example.com', 'a'), 30)
      advance(20_000)
      assert.equal(await fail(' ANNA@example.com ', 'b'), 10)
      advance(10_000)
      assert.equal(await fail('anna@example.com', 'c'), 0)
    }))

  test('of one address over many accounts lock the address', () =>
    withDb(async (db) => {
      const { fail } = attacker(db)
      for (let attempt = 0; attempt < 20; attempt++)
        assert.equal(await fail(`p${attempt}@example.com`, 'a'), 0)
      assert.equal(await fail('p20@example.com', 'a'), 60)
      assert.equal(await fail('p20@example.com', 'b'), 0)
    }))

  test('signing in clears the account but not what the address did to others', () =>
    withDb(async (db) => {
      const { deps, fail } = attacker(db)
      for (let attempt = 0; attempt < 19; attempt++) await fail(`p${attempt}@example.com`, 'a')
      await openAttempt(deps, { email: 'own@example.com', address: 'a' })
      await succeedAttempt(deps, { email: 'own@example.com', address: 'a' })
      assert.equal(await fail('victim@example.com', 'a'), 0)
      assert.equal(await fail('victim@example.com', 'a'), 60)
    }))

  test('are forgotten after a day', () =>
    withDb(async (db) => {
      const { fail, advance } = attacker(db)
      for (let attempt = 0; attempt < 4; attempt++) await fail('anna@example.com', 'a')
      advance(25 * 60 * minuteMs)
      for (let attempt = 0; attempt < 5; attempt++) assert.equal(await fail('anna@example.com', 'a'), 0)
      assert.equal(await fail('anna@example.com', 'a'), 30)
    }))
})

describe('lockout over HTTP', () => {
  let identity: TestIdentity
  before(async () => {
    identity = await testIdentity()
  })
  after(() => identity.close())

  const tryOften = (email: string, address: string, times: number) =>
    Promise.all(
      Array.from({ length: times }, async () => {
        const body = { email, password: 'a wrong password' }
        return identity.client().send('POST', '/api/auth/sign-in/email', body, {}, address)
      }),
    )

  test('many guesses at once get no more tries than guesses in a row', async () => {
    const answers = await tryOften(ownerEmail, '198.51.100.7', 8)
    assert.equal(answers.filter((answer) => answer.status === 401).length, 5)
    const refused = answers.filter((answer) => answer.status === 429)
    assert.equal(refused.length, 3)
    assert.equal(refused[0]?.body.code, 'identity.tooManyAttempts')
    assert.equal(refused[0]?.headers.get('retry-after'), '30')

    const right = { email: ownerEmail, password: ownerPassword }
    const signIn = () => identity.client().send('POST', '/api/auth/sign-in/email', right, {}, '198.51.100.8')
    assert.equal((await signIn()).status, 429, 'the account is locked for everyone')
    identity.advance(30_000)
    assert.equal((await signIn()).status, 200)
  })

  test('an account that does not exist is locked just the same', async () => {
    const answers = await tryOften('nobody@example.com', '198.51.100.9', 7)
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [401, 401, 401, 401, 401, 429, 429])
  })

  test('guessing the current password of an open session counts too', async () => {
    const member = await identity.member('viewer')
    const guess = () =>
      member.send('PATCH', '/api/v1/me/password', { currentPassword: 'wrong', newPassword: 'x'.repeat(12) })
    for (let attempt = 0; attempt < 5; attempt++) assert.equal((await guess()).status, 422)
    assert.equal((await guess()).status, 429)
  })
})
