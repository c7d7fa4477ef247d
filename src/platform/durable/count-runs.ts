import { count, isNull } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import type { RunState } from './run.ts'
import { runs } from './schema.ts'

/** How many runs that are not settled yet are in each state, over all workspaces. For metrics. */
export async function countRuns(db: Db): Promise<Partial<Record<RunState, number>>> {
  const rows = await db
    .select({ state: runs.state, runs: count() })
    .from(runs)
    .where(isNull(runs.settledAt))
    .groupBy(runs.state)
  return { queued: 0, running: 0, ...Object.fromEntries(rows.map((row) => [row.state, row.runs])) }
}
