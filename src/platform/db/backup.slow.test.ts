import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Pool } from 'pg'
import { publishEvent } from '../events/index.ts'
import { silentLog } from '../log/log.ts'
import { readManifest } from './backup-files.ts'
import { backup } from './backup.ts'
import { type OpenDb, openDb } from './client.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'
import { migrate } from './migrate.ts'
import { restore } from './restore.ts'
import { emptyDb, freshDb } from './test-db.ts'

const log = silentLog()

async function inTempDir(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'backup-'))
  try {
    await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

describe('a backup of the bundled server', () => {
  let home = ''
  let server: EmbeddedPostgres
  let open: OpenDb

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'home-'))
    server = await startEmbeddedPostgres({ dataDir: join(home, 'db'), log, settings: { fsync: 'off' } })
    await migrate(server.url, log)
    open = openDb(server.url)
    await open.pool.query('create table ledger (n bigint primary key, filling text not null)')
    await mkdir(join(home, 'objects/a/empty'), { recursive: true })
    await writeFile(join(home, 'objects/a/one.bin'), 'bytes of a file')
    await writeFile(join(home, 'secret'), 'x'.repeat(40))
  })
  after(async () => {
    await open.close()
    await server.stop()
    await rm(home, { recursive: true, force: true })
  })

  const extras = (root: string) => ({
    objects: join(root, 'objects'),
    secret: join(root, 'secret'),
    absent: join(root, 'absent'),
  })
  const make = (out: string) =>
    backup({ url: server.url, dataDir: join(home, 'db'), out, extras: extras(home), log })

  test('taken while rows are written holds every row committed before it, and passes its checks', () =>
    inTempDir(async (dir) => {
      const writing = startWriting(open.pool)
      await writing.reached(300)
      const committedBefore = writing.last()
      await make(join(dir, 'backup'))
      const committedAfter = writing.last()
      await writing.stop()
      assert.ok(committedAfter > committedBefore, 'writers went on during the backup')

      const summary = await restore({
        from: join(dir, 'backup'),
        target: { dataDir: join(dir, 'new/db') },
        extras: extras(join(dir, 'new')),
        log,
      })
      assert.equal(summary.kind, 'physical')
      assert.ok(summary.checked!.tables > 50 && summary.checked!.indexes > 50)
      assert.equal(await readFile(join(dir, 'new/objects/a/one.bin'), 'utf8'), 'bytes of a file')
      assert.deepEqual(await readdir(join(dir, 'new/objects/a')), ['empty', 'one.bin'])
      assert.equal((await readFile(join(dir, 'new/secret'), 'utf8')).length, 40)
      const restored = await startEmbeddedPostgres({ dataDir: join(dir, 'new/db'), log })
      const { pool, close } = openDb(restored.url)
      const { rows } = await pool.query<{ last: number; count: number }>(
        'select max(n)::int as last, count(*)::int as count from ledger',
      )
      await close()
      await restored.stop()
      assert.ok(rows[0]!.last >= committedBefore, `${rows[0]!.last} of ${committedBefore}`)
      assert.equal(rows[0]!.count, rows[0]!.last, 'no row in between is missing')
    }))

  test('with one changed byte is refused and leaves the target empty', () =>
    inTempDir(async (dir) => {
      const out = join(dir, 'backup')
      await make(out)
      const { files } = await readManifest(out)
      const victim = files.find(({ path, sizeBytes }) => path.startsWith('db/base/') && sizeBytes > 8192)!
      const bytes = await readFile(join(out, victim.path))
      bytes[5000]! ^= 1
      await writeFile(join(out, victim.path), bytes)
      const target = { dataDir: join(dir, 'new/db') }
      await assert.rejects(restore({ from: out, target, extras: extras(join(dir, 'new')), log }), {
        code: 'db.backupDamaged',
      })
      assert.deepEqual(await readdir(join(dir, 'new')), [])
    }))

  test('that was interrupted has no manifest and is refused', () =>
    inTempDir(async (dir) => {
      const out = join(dir, 'backup')
      await make(out)
      await rm(join(out, 'manifest.json'))
      const target = { dataDir: join(dir, 'new/db') }
      await assert.rejects(restore({ from: out, target, log }), { code: 'db.backupDamaged' })
    }))

  test('never goes into a directory that holds something, nor does a restore', () =>
    inTempDir(async (dir) => {
      await writeFile(join(dir, 'mine.txt'), 'x')
      await assert.rejects(make(dir), { code: 'db.targetNotEmpty' })
      const out = join(dir, 'backup')
      await make(out)
      await assert.rejects(restore({ from: out, target: { dataDir: join(home, 'db') }, log }), {
        code: 'db.targetNotEmpty',
      })
      assert.deepEqual((await readdir(dir)).sort(), ['backup', 'mine.txt'])
    }))

  test('of another major version is refused before anything is started', () =>
    inTempDir(async (dir) => {
      const out = join(dir, 'backup')
      await make(out)
      const path = join(out, 'manifest.json')
      await writeFile(path, JSON.stringify({ ...(await readManifest(out)), majorVersion: 17 }))
      await assert.rejects(restore({ from: out, target: { dataDir: join(dir, 'new/db') }, log }), {
        code: 'db.backupOtherVersion',
        message: /PostgreSQL 17.*PostgreSQL 18/,
      })
    }))
})

describe('a logical backup', () => {
  test('brings every value back exactly, numbers of serial columns go on, and references hold', () =>
    inTempDir(async (dir) => {
      const [source, target] = [await freshDb(), await emptyDb()]
      try {
        for (const type of ['one', 'two']) {
          await publishEvent(source.db, {
            type,
            workspaceId: 'ws',
            subjectId: 's',
            data: { ü: '"\n', n: 0.1 },
          })
        }
        // Its length is a column that the server computes.
        await source.pool.query(`insert into media_analyses
          (asset_id, content_sha256, options_hash, workspace_id, probe, analysis, prefix, created_at)
          values ('a', 'c', 'o', 'ws', '{}', '{"durationMs": 1500.5}', 'p', now())`)
        const summary = await backup({ url: source.url, out: join(dir, 'backup'), log })
        assert.equal(summary.kind, 'logical')
        await restore({ from: join(dir, 'backup'), target: { url: target.url }, log })
        const all = 'select seq, type, data::text, at::text from events order by seq'
        assert.deepEqual((await target.pool.query(all)).rows, (await source.pool.query(all)).rows)
        const computed = 'select duration_ms from media_analyses'
        assert.deepEqual((await target.pool.query(computed)).rows, [{ duration_ms: 1500.5 }])
        await publishEvent(target.db, { type: 'three', workspaceId: 'ws', subjectId: 's', data: {} })
        const { rows } = await target.pool.query<{ seq: string }>('select max(seq) as seq from events')
        assert.equal(rows[0]!.seq, '3')
        const references = "select count(*)::int as count from pg_constraint where contype = 'f'"
        assert.deepEqual(
          (await target.pool.query(references)).rows,
          (await source.pool.query(references)).rows,
        )
      } finally {
        await source.close()
        await target.close()
      }
    }))

  test('goes only into a database without tables', () =>
    inTempDir(async (dir) => {
      const source = await freshDb()
      try {
        await backup({ url: source.url, out: join(dir, 'backup'), log })
        await assert.rejects(restore({ from: join(dir, 'backup'), target: { url: source.url }, log }), {
          code: 'db.targetNotEmpty',
        })
      } finally {
        await source.close()
      }
    }))

  test('restores into a new bundled server too, which is how a major version is left behind', () =>
    inTempDir(async (dir) => {
      const source = await freshDb()
      try {
        await publishEvent(source.db, { type: 'kept', workspaceId: 'ws', subjectId: 's', data: {} })
        await backup({ url: source.url, out: join(dir, 'backup'), log })
        const summary = await restore({
          from: join(dir, 'backup'),
          target: { dataDir: join(dir, 'new/db') },
          log,
        })
        assert.equal(summary.kind, 'logical')
        assert.ok(summary.rows! >= 1 && summary.checked!.indexes > 50)
      } finally {
        await source.close()
      }
    }))
})

/** Commits 1, 2, 3, … as fast as it goes, with enough bytes to fill several log segments. */
function startWriting(pool: Pool) {
  const state = { last: 0, isStopped: false }
  const reached = Promise.withResolvers<void>()
  let wanted = Infinity
  const loop = (async () => {
    for (let n = 1; !state.isStopped; n++) {
      await pool.query('insert into ledger values ($1, repeat(md5($2), 300))', [n, String(n)])
      state.last = n
      if (n >= wanted) reached.resolve()
    }
  })()
  return {
    last: () => state.last,
    reached(count: number) {
      wanted = count
      return reached.promise
    },
    async stop() {
      state.isStopped = true
      await loop
    },
  }
}
