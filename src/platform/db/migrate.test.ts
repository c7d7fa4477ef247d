import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { silentLog } from '../log/log.ts'
import { migrate } from './migrate.ts'
import { type FreshDb, emptyDb } from './test-db.ts'

type Scene = {
  db: FreshDb
  dir: string
  write(name: string, sql: string): Promise<void>
  run(): Promise<string[]>
}

async function withScene(work: (scene: Scene) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'migrations-'))
  const db = await emptyDb()
  try {
    const write = (name: string, sql: string) => writeFile(join(dir, name), sql)
    await write(
      '0000_initial.sql',
      'create table first (id int);--> statement-breakpoint\ncreate table second (id int);',
    )
    await work({ db, dir, write, run: () => migrate(db.url, silentLog(), { dir }) })
  } finally {
    await db.close()
    await rm(dir, { recursive: true })
  }
}

async function tables({ db }: Scene): Promise<string[]> {
  const { rows } = await db.pool.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by 1",
  )
  return rows.map((row) => row.name)
}

describe('migrations', () => {
  test('are applied once', () =>
    withScene(async (scene) => {
      assert.deepEqual(await scene.run(), ['0000_initial.sql'])
      assert.deepEqual(await scene.run(), [])
      assert.deepEqual(await tables(scene), ['first', 'schema_migrations', 'second'])
    }))

  test('of eight processes at once are applied by one of them', () =>
    withScene(async (scene) => {
      await scene.write('0001_count.sql', 'create table runs (id serial); insert into runs default values;')
      const applied = await Promise.all(Array.from({ length: 8 }, () => scene.run()))
      assert.deepEqual(applied.flat(), ['0000_initial.sql', '0001_count.sql'])
      assert.equal((await scene.db.pool.query('select from runs')).rowCount, 1)
    }))

  test('that were merged later under an earlier name are applied too', () =>
    withScene(async (scene) => {
      await scene.write('0002_third.sql', 'create table third (id int)')
      await scene.run()
      await scene.write('0001_late.sql', 'create table late (id int)')
      assert.deepEqual(await scene.run(), ['0001_late.sql'])
      assert.ok((await tables(scene)).includes('late'))
    }))

  test('that were changed after they were applied are refused before anything is done', () =>
    withScene(async (scene) => {
      await scene.run()
      await scene.write('0000_initial.sql', 'create table first (id bigint)')
      await scene.write('0001_new.sql', 'create table new_one (id int)')
      await assert.rejects(scene.run(), { code: 'db.migrationEdited', message: /0000_initial\.sql/ })
      assert.ok(!(await tables(scene)).includes('new_one'))
    }))

  test('that fail leave nothing of themselves, and those before them stay', () =>
    withScene(async (scene) => {
      await scene.write('0001_broken.sql', 'create table half (id int); select no_such_function();')
      await assert.rejects(scene.run(), { code: 'db.migrationFailed', message: /no_such_function/ })
      assert.deepEqual(await tables(scene), ['first', 'schema_migrations', 'second'])
    }))

  test('of a newer release do not stop an older one', () =>
    withScene(async (scene) => {
      await scene.run()
      await scene.db.pool.query(
        "insert into schema_migrations (name, sha256) values ('0009_future.sql', 'x')",
      )
      assert.deepEqual(await scene.run(), [])
    }))

  test('of a server that does not answer fail with a row of our own', async () => {
    await assert.rejects(migrate('postgres://nobody@/none?host=%2Fnowhere', silentLog()), {
      code: 'db.unreachable',
    })
  })
})
