import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'drizzle-orm'
import type { Db } from './client.ts'
import { freshDb } from './test-db.ts'
import { type VectorIndex, createVectorIndex, offersPgvector, vectorTable } from './vector-index.ts'
import { packVector, signatureOf, similarityToPacked } from './vector-signature.ts'

const dimensions = 128
const table = vectorTable('sample_vectors', dimensions)

/** The same numbers in every run. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Points around a few hundred centres, as texts around topics are; all parts positive, which is the harder case. */
function clusteredVectors(count: number, seed: number): Float32Array[] {
  const random = randomFrom(seed)
  const centreRandom = randomFrom(7)
  const centres = Array.from({ length: 200 }, () => Float32Array.from({ length: dimensions }, centreRandom))
  return Array.from({ length: count }, () => {
    const centre = centres[Math.floor(random() * centres.length)]!
    return centre.map((part) => Math.max(0, part + (random() + random() + random() - 1.5) * 0.6))
  })
}

function exactNearest(query: Float32Array, packed: Buffer[], limit: number): string[] {
  return packed
    .map((vector, index) => ({ id: `v${index}`, similarity: similarityToPacked(query, vector) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, limit)
    .map(({ id }) => id)
}

async function withTable(work: (db: Db) => Promise<void>): Promise<void> {
  const { db, close } = await freshDb()
  try {
    await db.execute(sql`create table sample_vectors
      (id text primary key, workspace_id text not null, signature bit(256) not null, vector bytea not null)`)
    await work(db)
  } finally {
    await close()
  }
}

function vectorContract(plan: VectorIndex['plan']): void {
  const open = (db: Db) => createVectorIndex({ db, table, dimensions, plan })
  const needed = async (db: Db) => plan === 'bits' || (await offersPgvector(db))
  const reason = 'this server does not offer pgvector 0.8'

  test('finds at least 95 of 100 true neighbours among 3,000 clustered vectors', async (t) =>
    withTable(async (db) => {
      if (!(await needed(db))) return t.skip(reason)
      const index = await open(db)
      const vectors = clusteredVectors(3_000, 1)
      await index.put(vectors.map((vector, at) => ({ id: `v${at}`, workspaceId: 'ws', vector })))
      const packed = vectors.map(packVector)
      let found = 0
      const queries = clusteredVectors(20, 2)
      for (const query of queries) {
        const near = await index.search({ workspaceId: 'ws', vector: query, limit: 10 })
        const exact = exactNearest(query, packed, 10)
        found += near.filter(({ id }) => exact.includes(id)).length
        assert.deepEqual(
          near.map((n) => n.similarity),
          near.map((n) => n.similarity).toSorted((a, b) => b - a),
        )
      }
      const recall = found / (queries.length * 10)
      assert.ok(recall >= 0.95, `recall@10 is ${recall}`)
    }))

  test('replaces, removes, and never shows another workspace', async (t) =>
    withTable(async (db) => {
      if (!(await needed(db))) return t.skip(reason)
      const index = await open(db)
      const [first, second] = clusteredVectors(2, 3) as [Float32Array, Float32Array]
      await index.put([
        { id: 'a', workspaceId: 'ws1', vector: first },
        { id: 'b', workspaceId: 'ws2', vector: first },
      ])
      await index.put([{ id: 'a', workspaceId: 'ws1', vector: second }])
      const [only, ...others] = await index.search({ workspaceId: 'ws1', vector: second, limit: 5 })
      assert.deepEqual(others, [])
      assert.equal(only?.id, 'a')
      assert.ok(only.similarity > 0.9999)
      await index.remove(['a'])
      assert.deepEqual(await index.search({ workspaceId: 'ws1', vector: second, limit: 5 }), [])
      await assert.rejects(index.put([{ id: 'c', workspaceId: 'ws1', vector: [1, 2] }]), RangeError)
    }))
}

describe('vector search by signature and exact re-ranking', () => vectorContract('bits'))

describe('vector search with pgvector', () => {
  vectorContract('pgvector')

  test('takes over what was stored before the extension was there', async (t) =>
    withTable(async (db) => {
      if (!(await offersPgvector(db))) return t.skip('this server does not offer pgvector 0.8')
      const [vector] = clusteredVectors(1, 4) as [Float32Array]
      await (
        await createVectorIndex({ db, table, dimensions, plan: 'bits' })
      ).put([{ id: 'a', workspaceId: 'ws', vector }])
      const index = await createVectorIndex({ db, table, dimensions })
      assert.equal(index.plan, 'pgvector')
      assert.equal((await index.search({ workspaceId: 'ws', vector, limit: 1 }))[0]?.id, 'a')
    }))
})

test('signatures of near vectors share more bits than those of far ones', () => {
  const [query] = clusteredVectors(1, 5) as [Float32Array]
  const near = query.map((part, index) => part + (index % 7) * 0.01)
  const far = clusteredVectors(1, 6)[0]!
  const shared = (other: Float32Array) => {
    const [a, b] = [signatureOf(query), signatureOf(other)]
    return [...a].filter((bit, index) => bit === b[index]).length
  }
  assert.ok(shared(near) > shared(far))
})
