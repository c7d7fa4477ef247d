import { and, eq, sql } from 'drizzle-orm'

import { assertMay, type Actor } from '../../kernel/actor.ts'
import type { Db } from '../db/client.ts'
import { durableErrors } from './errors.ts'
import { cancelledError, runFromRow, type Run } from './run.ts'
import { publishRun } from './run-state.ts'
import { runs } from './schema.ts'
import { wakeDispatcher } from './start-run.ts'

/**
 * Cancels a run: it shows as cancelled at once, and the dispatcher stops its work in the engine, which ends child
 * processes within a second and then undoes what was done. Cancelling twice is the same as once.
 * Fails with `durable.runNotFound` or `durable.runFinished`.
 */
export async function cancelRun(db: Db, input: { actor: Actor; runId: string }): Promise<Run> {
  assertMay(input.actor, 'runs.write')
  return db.transaction(async (tx) => {
    const [row] = await tx
      .select()
      .from(runs)
      .where(and(eq(runs.id, input.runId), eq(runs.workspaceId, input.actor.workspaceId)))
      .for('update')
    if (!row) throw durableErrors.runNotFound(`There is no run ${input.runId}.`)
    if (row.state === 'cancelled') return runFromRow(row)
    if (row.state !== 'queued' && row.state !== 'running') {
      throw durableErrors.runFinished(
        `This run has already ${row.state === 'failed' ? 'failed' : 'succeeded'}.`,
      )
    }
    const [cancelled] = await tx
      .update(runs)
      .set({
        state: 'cancelled',
        error: cancelledError,
        cancelRequestedAt: sql`now()`,
        finishedAt: sql`now()`,
        updatedAt: sql`now()`,
        stuckSince: null,
        // If the engine should get this one after all, its first act is to look at this row, and it ends there.
        settledAt: row.state === 'queued' && !row.submittedAt ? sql`now()` : null,
      })
      .where(eq(runs.id, row.id))
      .returning()
    await publishRun(tx, 'run.cancelled', cancelled!)
    await wakeDispatcher(tx)
    return runFromRow(cancelled!)
  })
}
