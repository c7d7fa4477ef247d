import { and, inArray, lt, sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { runEffects, runs } from './schema.ts'

/** Longer than the engine remembers a workflow, so that no step can ask again for an effect that was forgotten. */
export const effectsKeptDays = 45

/** Forgets which effects were applied by runs that ended long ago. The runs stay. Safe in several processes at once. */
export async function sweepEffects(db: Db): Promise<void> {
  const ended = db
    .select({ id: runs.id })
    .from(runs)
    .where(lt(runs.settledAt, sql`now() - make_interval(days => ${effectsKeptDays})`))
  await db
    .delete(runEffects)
    .where(
      and(
        lt(runEffects.at, sql`now() - make_interval(days => ${effectsKeptDays})`),
        inArray(runEffects.runId, ended),
      ),
    )
}
