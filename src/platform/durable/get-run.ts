import { and, eq, inArray } from 'drizzle-orm'

import { assertMay, type Actor } from '../../kernel/actor.ts'
import type { Db } from '../db/client.ts'
import { durableErrors } from './errors.ts'
import { runFromRow, type Run } from './run.ts'
import { runs } from './schema.ts'

/** One run of the actor's workspace. Fails with `durable.runNotFound`. */
export async function getRun(db: Db, input: { actor: Actor; runId: string }): Promise<Run> {
  assertMay(input.actor, 'runs.read')
  const [row] = await db
    .select()
    .from(runs)
    .where(and(eq(runs.id, input.runId), eq(runs.workspaceId, input.actor.workspaceId)))
  if (!row) throw durableErrors.runNotFound(`There is no run ${input.runId}.`)
  return runFromRow(row)
}

/** These runs of a workspace by id, for the product itself. */
export async function runsById(
  db: Db,
  input: { workspaceId: string; runIds: readonly string[] },
): Promise<Map<string, Run>> {
  if (input.runIds.length === 0) return new Map()
  const rows = await db
    .select()
    .from(runs)
    .where(and(inArray(runs.id, [...input.runIds]), eq(runs.workspaceId, input.workspaceId)))
  return new Map(rows.map((row) => [row.id, runFromRow(row)]))
}
