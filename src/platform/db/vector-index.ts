import { getTableName, inArray, sql } from 'drizzle-orm'
import { customType, index, pgTable, text } from 'drizzle-orm/pg-core'
import type { Db } from './client.ts'
import { packVector, signatureBits, signatureOf, similarityToPacked } from './vector-signature.ts'

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })
const bitString = customType<{ data: string; driverData: string; config: { bits: number } }>({
  dataType: (config) => `bit(${config!.bits})`,
})

/** A table of vectors, for the schema.ts of the capability that owns it. `id` is the id of what the vector stands for. */
export function vectorTable(name: string, dimensions: number) {
  return pgTable(
    name,
    {
      id: text('id').primaryKey(),
      workspaceId: text('workspace_id').notNull(),
      signature: bitString('signature', { bits: signatureBits(dimensions) }).notNull(),
      vector: bytea('vector').notNull(),
    },
    (table) => [index(`${name}_by_workspace`).on(table.workspaceId)],
  )
}

export type VectorTable = ReturnType<typeof vectorTable>
export type StoredVector = { id: string; workspaceId: string; vector: ArrayLike<number> }
export type Neighbour = { id: string; similarity: number }

export type VectorIndex = {
  /** `bits` works on every PostgreSQL; `pgvector` needs that extension and pays from some 100,000 vectors on. */
  plan: 'bits' | 'pgvector'
  /** Adds or replaces. */
  put(vectors: StoredVector[]): Promise<void>
  remove(ids: string[]): Promise<void>
  /** The nearest by angle in one workspace, nearest first. `similarity` is the exact cosine. */
  search(query: { workspaceId: string; vector: ArrayLike<number>; limit: number }): Promise<Neighbour[]>
}

/** How many the signatures preselect. Recall@10 is 0.997 at 100,000 vectors of 384 numbers with 400. */
const preselected = 400

/**
 * Opens the index over a table. Takes pgvector when the server offers it and our user may install it, or has it
 * already; then the table gets one more column, filled from what is there. Safe to call from several processes.
 */
export async function createVectorIndex(options: {
  db: Db
  table: VectorTable
  dimensions: number
  plan?: VectorIndex['plan']
}): Promise<VectorIndex> {
  const { db, table, dimensions } = options
  const plan = options.plan ?? ((await offersPgvector(db)) ? 'pgvector' : 'bits')
  const name = sql.identifier(getTableName(table))
  if (plan === 'pgvector') await preparePgvector(db, name, getTableName(table), dimensions)

  return {
    plan,
    async put(vectors) {
      for (const { vector, id } of vectors) {
        if (vector.length !== dimensions)
          throw new RangeError(`The vector of ${id} has ${vector.length} numbers, not ${dimensions}`)
      }
      const embeddingColumn = plan === 'pgvector' ? sql`, embedding` : sql``
      const rows = vectors.map(({ id, workspaceId, vector }) => {
        const embedding = plan === 'pgvector' ? sql`, ${vectorText(vector)}::vector` : sql``
        return sql`(${id}, ${workspaceId}, ${signatureOf(vector)}::bit varying, ${packVector(vector)}::bytea${embedding})`
      })
      const updated = plan === 'pgvector' ? sql`, embedding = excluded.embedding` : sql``
      for (let at = 0; at < rows.length; at += 500) {
        await db.execute(sql`
          insert into ${name} (id, workspace_id, signature, vector${embeddingColumn})
          values ${sql.join(rows.slice(at, at + 500), sql`, `)}
          on conflict (id) do update set workspace_id = excluded.workspace_id,
            signature = excluded.signature, vector = excluded.vector${updated}`)
      }
    },
    async remove(ids) {
      if (ids.length > 0) await db.delete(table).where(inArray(table.id, ids))
    },
    search: (query) => (plan === 'pgvector' ? searchPgvector(db, name, query) : searchBits(db, name, query)),
  }
}

type Query = Parameters<VectorIndex['search']>[0]

/** The signatures narrow it down in SQL, the exact angle decides here. Linear, about 0.25 ms per 1,000 vectors. */
async function searchBits(
  db: Db,
  name: ReturnType<typeof sql.identifier>,
  query: Query,
): Promise<Neighbour[]> {
  const candidates = Math.max(preselected, query.limit * 10)
  const { rows } = await db.execute<{ id: string; vector: Buffer }>(sql`
    select id, vector from ${name} where workspace_id = ${query.workspaceId}
    order by bit_count(signature # ${signatureOf(query.vector)}::bit varying) limit ${candidates}`)
  return rows
    .map(({ id, vector }) => ({ id, similarity: similarityToPacked(query.vector, vector) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, query.limit)
}

async function searchPgvector(
  db: Db,
  name: ReturnType<typeof sql.identifier>,
  query: Query,
): Promise<Neighbour[]> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`set local hnsw.ef_search = 100`)
    // Goes on looking when the first hits are of other workspaces (pgvector 0.8).
    await tx.execute(sql`set local hnsw.iterative_scan = strict_order`)
    const { rows } = await tx.execute<Neighbour>(sql`
      select id, 1 - (embedding <=> ${vectorText(query.vector)}::vector) as similarity from ${name}
      where workspace_id = ${query.workspaceId}
      order by embedding <=> ${vectorText(query.vector)}::vector limit ${query.limit}`)
    return rows
  })
}

/** Whether the server has pgvector 0.8 or newer and this user can use it. */
export async function offersPgvector(db: Db): Promise<boolean> {
  const { rows } = await db.execute<{ installed: boolean; version: string; mayInstall: boolean }>(sql`
    select installed_version is not null as installed, coalesce(installed_version, default_version) as version,
      has_database_privilege(current_database(), 'create') as "mayInstall"
    from pg_available_extensions where name = 'vector'`)
  const [found] = rows
  if (!found || !(found.installed || found.mayInstall)) return false
  const [major = 0, minor = 0] = found.version.split('.').map(Number)
  return major > 0 || minor >= 8
}

async function preparePgvector(
  db: Db,
  name: ReturnType<typeof sql.identifier>,
  table: string,
  dimensions: number,
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`vector index ${table}`}))`)
    await tx.execute(sql`create extension if not exists vector`)
    const type = sql.raw(`vector(${Math.trunc(dimensions)})`)
    await tx.execute(sql`alter table ${name} add column if not exists embedding ${type}`)
    await fillEmbeddings(tx, name)
    const indexName = sql.identifier(`${table}_by_angle`)
    await tx.execute(
      sql`create index if not exists ${indexName} on ${name} using hnsw (embedding vector_cosine_ops)`,
    )
  })
}

/** Rows that were stored while the server had no pgvector. */
async function fillEmbeddings(db: Db, name: ReturnType<typeof sql.identifier>): Promise<void> {
  for (;;) {
    const { rows } = await db.execute<{ id: string; vector: Buffer }>(
      sql`select id, vector from ${name} where embedding is null limit 500`,
    )
    if (rows.length === 0) return
    const values = rows.map(({ id, vector }) => {
      const numbers = Array.from({ length: vector.length / 4 }, (_, index) => vector.readFloatLE(index * 4))
      return sql`(${id}, ${vectorText(numbers)})`
    })
    await db.execute(sql`
      update ${name} as stored set embedding = given.text::vector
      from (values ${sql.join(values, sql`, `)}) as given (id, text) where stored.id = given.id`)
  }
}

function vectorText(vector: ArrayLike<number>): string {
  return `[${Array.from(vector).join(',')}]`
}
