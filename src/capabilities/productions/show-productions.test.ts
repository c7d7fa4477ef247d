import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { drizzle } from 'drizzle-orm/node-postgres'
import { fillLibrary, type Library } from '../../../test/fixtures/library.ts'
import type { Actor } from '../../kernel/actor.ts'
import { type FreshDb, freshDb } from '../../platform/db/test-db.ts'
import type { Db } from '../../platform/db/client.ts'
import { getProduction, type ShowDeps } from './get-production.ts'
import { listProductions } from './list-productions.ts'

const reader: Actor = {
  kind: 'apiKey',
  id: 'key_1',
  workspaceId: 'ws_1',
  permissions: new Set(['productions.read']),
}

const depsOn = (db: Db) =>
  ({ db, secret: 'a secret of forty characters or more, here' }) as unknown as ShowDeps

describe('showing productions', () => {
  let fresh: FreshDb
  let library: Library
  before(async () => {
    fresh = await freshDb()
    library = await fillLibrary(fresh.db, { workspaceId: 'ws_1', productions: 3 })
  })
  after(() => fresh.close())

  test('a production comes with its state, its links, its clips in order and its drafts', async () => {
    const deps = depsOn(fresh.db)
    const { items } = await listProductions(deps, { actor: reader, limit: 10 })
    assert.deepEqual(
      items.map((one) => one.id),
      library.productions.toSorted().reverse(),
    )
    const productionId = library.productions[0]!
    const shown = await getProduction(deps, { actor: reader, productionId })
    assert.deepEqual(
      shown,
      items.find((one) => one.id === productionId),
    )
    assert.equal(shown.state, 'succeeded')
    assert.equal(shown.durationMs, 600_000)
    assert.match(shown.hlsUrl ?? '', /^\/d\/[^/]+\/master\.m3u8$/)
    assert.match(shown.posterUrl ?? '', /^\/d\/[^/]+\/poster\.jpg$/)
    assert.match(shown.analysisUrl ?? '', /^\/d\/[^/]+\/analysis\.json$/)
    assert.deepEqual(
      shown.clips.map((clip) => clip.startMs),
      [60_000, 120_000, 180_000, 240_000, 300_000],
    )
    assert.deepEqual(
      shown.clips.map((clip) => clip.clipId),
      shown.drafts.map((draft) => draft.clipId),
    )
    assert.ok(shown.clips.every((clip) => clip.fileUrl !== null && clip.thumbnailUrl !== null))
  })

  test('those of another workspace are neither listed nor found', async () => {
    const stranger = { ...reader, workspaceId: 'ws_2' }
    assert.deepEqual((await listProductions(depsOn(fresh.db), { actor: stranger, limit: 10 })).items, [])
    await assert.rejects(
      getProduction(depsOn(fresh.db), { actor: stranger, productionId: library.productions[0]! }),
      { code: 'productions.notFound' },
    )
  })

  test('a page takes as many queries as one production', async () => {
    let queries = 0
    const db = drizzle(fresh.pool, { logger: { logQuery: () => queries++ } }) as unknown as Db
    await listProductions(depsOn(db), { actor: reader, limit: 1 })
    const queriesForOne = queries
    await listProductions(depsOn(db), { actor: reader, limit: 3 })
    assert.equal(queries, 2 * queriesForOne)
  })
})
