import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eq, sql } from 'drizzle-orm'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { openDb, type OpenDb } from './client.ts'
import { emptyDb, type FreshDb } from './test-db.ts'

const things = pgTable('things', { id: integer('id').primaryKey(), name: text('name').notNull() })

describe('the count of writes', () => {
  let fresh: FreshDb
  let opened: OpenDb

  before(async () => {
    fresh = await emptyDb()
    opened = openDb(fresh.url, { max: 2 })
    await opened.db.execute(sql`create table things (id int primary key, name text not null)`)
    await opened.db.insert(things).values({ id: 1, name: 'comb' })
  })
  after(async () => {
    await opened.close()
    await fresh.close()
  })

  /** Whether the count has gone up by the time the work is known to be done. */
  async function counts(work: () => Promise<unknown>): Promise<boolean> {
    const count = opened.writes()
    await work()
    return opened.writes() > count
  }
  const raw = (query: string) => () => opened.pool.query(query)

  test('stays while there are only reads', async () => {
    const { db } = opened
    assert.equal(await counts(() => db.select().from(things).where(eq(things.id, 1))), false)
  })

  test('goes up with everything that may write', async () => {
    const { db } = opened
    assert.ok(await counts(() => db.insert(things).values({ id: 2, name: 'smoker' })))
    assert.ok(await counts(() => db.update(things).set({ name: 'hive tool' }).returning()))
    assert.ok(await counts(() => db.delete(things).where(eq(things.id, 2)).returning()))
    assert.ok(await counts(() => db.select().from(things).for('update')))
    assert.ok(await counts(() => db.execute(sql`select pg_advisory_lock(1), pg_advisory_unlock(1)`)))
    assert.ok(await counts(raw('vacuum things')))
  })

  test('goes up with a write that fails, since it may have changed something before', async () => {
    const { db } = opened
    assert.ok(await counts(() => assert.rejects(db.insert(things).values({ id: 1, name: 'twice' }))))
  })

  test('goes up when a transaction ends, before anybody hears of it', async () => {
    const { db } = opened
    let during = 0
    const count = opened.writes()
    await db.transaction(async (tx) => {
      await tx.update(things).set({ name: 'brush' })
      during = opened.writes()
    })
    assert.ok(opened.writes() > count)
    assert.ok(opened.writes() > during)
  })
})
