import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type FreshDb, freshDb } from '../../platform/db/test-db.ts'
import { createLog } from '../../platform/log/log.ts'
import { createUploadLocker, type UploadLocker } from './upload-lock.ts'

describe('upload locks', () => {
  let fresh: FreshDb
  let here: UploadLocker
  let there: UploadLocker
  const never = new AbortController().signal
  before(async () => {
    fresh = await freshDb()
    const deps = { url: fresh.url, log: createLog({ level: 'silent' }) }
    here = createUploadLocker(deps)
    there = createUploadLocker(deps)
  })
  after(async () => {
    await here.close()
    await there.close()
    await fresh.close()
  })

  for (const [where, other] of [
    ['the same process', () => here],
    ['another process', () => there],
  ] as const) {
    test(`who waits in ${where} has the holder asked to let go, and gets the lock when it does`, async () => {
      const lock = here.newLock(`upload ${where}`)
      const asked = Promise.withResolvers<void>()
      await lock.lock(never, () => asked.resolve())
      const order: string[] = []
      const waiting = other()
        .newLock(`upload ${where}`)
        .lock(never, () => undefined)
        .then(() => order.push('taken'))
      await asked.promise
      order.push('released')
      await lock.unlock()
      await waiting
      assert.deepEqual(order, ['released', 'taken'])
      await other().newLock(`upload ${where}`).unlock()
    })
  }

  test('of twenty at once in two processes only one is ever inside', async () => {
    let inside = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      await new Promise((resolve) => setImmediate(resolve))
      inside--
    }
    await Promise.all(
      Array.from({ length: 20 }, (_value, index) => (index % 2 ? here : there).withLock('busy', work)),
    )
    assert.equal(most, 1)
  })

  test('a request that was aborted stops waiting', async () => {
    const lock = here.newLock('stuck')
    await lock.lock(never, () => undefined)
    const abort = new AbortController()
    const waiting = there.newLock('stuck').lock(abort.signal, () => undefined)
    abort.abort()
    await assert.rejects(waiting, { code: 'uploads.locked' })
    await lock.unlock()
  })

  test('a broken connection frees the lock, tells the holder, and locking works again', async () => {
    const told = Promise.withResolvers<void>()
    await here.newLock('broken').lock(never, () => told.resolve())
    const lost = `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`
    await fresh.pool.query(lost)
    await told.promise
    await there.withLock('broken', async () => undefined)
    await here.newLock('broken').unlock()
    await here.withLock('broken', async () => undefined)
  })
})
