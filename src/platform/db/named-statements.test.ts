import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eq, sql } from 'drizzle-orm'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { openDb, type OpenDb } from './client.ts'
import { emptyDb, type FreshDb } from './test-db.ts'

const things = pgTable('things', { id: integer('id').primaryKey(), name: text('name').notNull() })

describe('reading queries', () => {
  let fresh: FreshDb
  let opened: OpenDb

  before(async () => {
    fresh = await emptyDb()
    // One connection, since each has its own prepared statements.
    opened = openDb(fresh.url, { max: 1 })
    await opened.db.execute(sql`create table things (id int primary key, name text not null)`)
    await opened.db.insert(things).values([
      { id: 1, name: 'comb' },
      { id: 2, name: 'smoker' },
    ])
  })
  after(async () => {
    await opened.close()
    await fresh.close()
  })

  const nameOf = async (id: number) =>
    (await opened.db.select().from(things).where(eq(things.id, id)))[0]?.name
  const prepared = async () =>
    (await opened.pool.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements')).rows

  test('of one shape are parsed once for all their values', async () => {
    assert.equal(await nameOf(1), 'comb')
    assert.equal(await nameOf(2), 'smoker')
    assert.equal((await prepared()).filter(({ statement }) => statement.includes('things')).length, 1)
  })

  test('that write or lock are left as they are', async () => {
    await opened.db.update(things).set({ name: 'hive tool' }).where(eq(things.id, 2))
    await opened.db.select().from(things).where(eq(things.id, 2)).for('update')
    const texts = (await prepared()).map(({ statement }) => statement)
    assert.ok(texts.every((statement) => !/update/.test(statement)))
  })

  test('go on when the table is altered under them', async () => {
    assert.equal(await nameOf(1), 'comb')
    await opened.db.execute(sql`alter table things alter column name type varchar(40)`)
    assert.equal(await nameOf(1), 'comb')
  })
})
