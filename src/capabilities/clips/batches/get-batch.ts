import { and, asc, desc, eq, inArray, lt } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../../platform/http/pagination.ts'
import { type ClipState, clipStates } from '../clip.ts'
import { type ReadClipDeps, toClips } from '../get-clip.ts'
import { clips } from '../schema.ts'
import type { Batch, BatchRow, BatchSummary } from './batch.ts'
import { clipBatchErrors } from './errors.ts'
import { clipBatchItems, clipBatches } from './schema.ts'

/** A batch with its clips, in order; those that were deleted are counted as cancelled. */
export async function getBatch(deps: ReadClipDeps, input: { actor: Actor; batchId: string }): Promise<Batch> {
  assertMay(input.actor, 'clips.read')
  const { workspaceId } = input.actor
  const row = await findBatch(deps.db, { workspaceId, batchId: input.batchId })
  const found = await deps.db
    .select({ clip: clips })
    .from(clipBatchItems)
    .innerJoin(clips, eq(clips.id, clipBatchItems.clipId))
    .where(and(eq(clipBatchItems.batchId, row.id), eq(clips.workspaceId, workspaceId)))
    .orderBy(asc(clipBatchItems.position))
  const [summary] = await toSummaries(deps.db, [row])
  const rows = found.map(({ clip }) => clip)
  return { ...summary!, clips: await toClips(deps, workspaceId, rows) }
}

/** Batches of the actor's workspace, newest first. */
export async function listBatches(
  deps: { db: Db },
  input: PageQuery & { actor: Actor },
): Promise<Page<BatchSummary>> {
  assertMay(input.actor, 'clips.read')
  const before = decodeCursor(z.string(), input.cursor)
  const rows = await deps.db
    .select()
    .from(clipBatches)
    .where(
      and(
        eq(clipBatches.workspaceId, input.actor.workspaceId),
        before ? lt(clipBatches.id, before) : undefined,
      ),
    )
    .orderBy(desc(clipBatches.id))
    .limit(input.limit + 1)
  const page = toPage(rows, input.limit, (row) => row.id)
  return { ...page, items: await toSummaries(deps.db, page.items) }
}

/** The row of a batch in this workspace; locked until the transaction ends with `forUpdate`. */
export async function findBatch(
  db: Db,
  input: { workspaceId: string; batchId: string },
  options: { forUpdate?: boolean } = {},
): Promise<BatchRow> {
  const mine = and(eq(clipBatches.id, input.batchId), eq(clipBatches.workspaceId, input.workspaceId))
  const query = db.select().from(clipBatches).where(mine)
  const [row] = await (options.forUpdate ? query.for('update') : query)
  if (!row) throw clipBatchErrors.notFound(`There is no batch ${input.batchId}.`)
  return row
}

/** Rows with how many of their clips are in which state. */
export async function toSummaries(db: Db, rows: BatchRow[]): Promise<BatchSummary[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const items = await db
    .select({ batchId: clipBatchItems.batchId, state: clips.state })
    .from(clipBatchItems)
    .leftJoin(clips, eq(clips.id, clipBatchItems.clipId))
    .where(inArray(clipBatchItems.batchId, ids))
  return rows.map(({ workspaceId: _workspaceId, createdAt, finishedAt, ...row }) => {
    const states = items.filter(({ batchId }) => batchId === row.id).map(({ state }) => state ?? 'cancelled')
    const count = (state: ClipState) => states.filter((one) => one === state).length
    const byState = Object.fromEntries(clipStates.map((state) => [state, count(state)]))
    return {
      ...row,
      counts: { total: states.length, ...(byState as Record<ClipState, number>) },
      createdAt: createdAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
    }
  })
}
