import { sql } from 'drizzle-orm'

import type { Actor } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db } from '../db/client.ts'
import { traceHeaders } from '../telemetry/spans.ts'
import type { WorkflowDefinition } from './define.ts'
import { durableErrors } from './errors.ts'
import { runFromRow, type Run } from './run.ts'
import { publishRun } from './run-state.ts'
import { runs } from './schema.ts'

/** The channel that wakes the dispatcher when the transaction that queued, cancelled or scheduled something commits. */
export const wakeChannel = 'creatorops_runs'

export type StartRun<Input> = {
  workflow: WorkflowDefinition<Input, unknown, string>
  workspaceId: string
  actor: Actor
  input: Input
  /** What the run is about, such as `prod_…`; runs can be listed by it. */
  subjectId: string
  /** What people read in the list of runs. Default: the workflow's own title. */
  title?: string
}

/**
 * Accepts a run in the caller's transaction: if that commits, the run will be executed, whatever happens to this
 * process or the engine meanwhile, and once. Fails with `durable.badInput`.
 */
export async function startRun<Input>(db: Db, start: StartRun<Input>): Promise<Run> {
  const input = start.workflow.input.safeParse(start.input)
  if (!input.success) {
    throw durableErrors.badInput(`The input of ${start.workflow.name} is not valid.`, { cause: input.error })
  }
  return db.transaction(async (tx) => {
    const [row] = await tx
      .insert(runs)
      .values({
        id: newId('run'),
        workspaceId: start.workspaceId,
        workflow: start.workflow.name,
        title: start.title ?? start.workflow.title,
        subjectId: start.subjectId,
        requestedBy: start.actor.id,
        state: 'queued',
        input: input.data,
        traceparent: traceHeaders()['traceparent'],
      })
      .returning()
    await publishRun(tx, 'run.queued', row!)
    await wakeDispatcher(tx)
    return runFromRow(row!)
  })
}

/** Wakes the dispatcher once the transaction commits. */
export async function wakeDispatcher(tx: Db): Promise<void> {
  await tx.execute(sql`select pg_notify(${wakeChannel}, '')`)
}
