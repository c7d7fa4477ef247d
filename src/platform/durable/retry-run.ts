import { and, eq, sql } from 'drizzle-orm'

import { assertMay, type Actor } from '../../kernel/actor.ts'
import type { Db } from '../db/client.ts'
import { durableErrors } from './errors.ts'
import { runFromRow, type Run } from './run.ts'
import { publishRun } from './run-state.ts'
import { runs } from './schema.ts'
import { wakeDispatcher } from './start-run.ts'

/**
 * Runs a failed or cancelled run again from its beginning, as its next attempt with the same input. Effects of the
 * earlier attempt were undone by its clean-up, so they are applied anew.
 * Fails with `durable.runNotFound`, `durable.notRetryable` or, while the clean-up goes on, `durable.stillStopping`.
 */
export async function retryRun(db: Db, input: { actor: Actor; runId: string }): Promise<Run> {
  assertMay(input.actor, 'runs.write')
  return db.transaction(async (tx) => {
    const [row] = await tx
      .select()
      .from(runs)
      .where(and(eq(runs.id, input.runId), eq(runs.workspaceId, input.actor.workspaceId)))
      .for('update')
    if (!row) throw durableErrors.runNotFound(`There is no run ${input.runId}.`)
    if (row.state !== 'failed' && row.state !== 'cancelled') {
      throw durableErrors.notRetryable(`This run is ${row.state}.`)
    }
    if (!row.settledAt) throw durableErrors.stillStopping('The run is still cleaning up.')
    const [queued] = await tx
      .update(runs)
      .set({
        state: 'queued',
        attempt: row.attempt + 1,
        stage: null,
        stageLabel: null,
        percent: 0,
        stageBase: 0,
        stageShare: 0,
        stepPoints: {},
        result: null,
        error: null,
        invocationId: null,
        submittedAt: null,
        cancelRequestedAt: null,
        cancelSentAt: null,
        settledAt: null,
        stuckSince: null,
        startedAt: null,
        finishedAt: null,
        updatedAt: sql`now()`,
      })
      .where(eq(runs.id, row.id))
      .returning()
    await publishRun(tx, 'run.queued', queued!)
    await wakeDispatcher(tx)
    return runFromRow(queued!)
  })
}
