import { and, desc, eq, lt } from 'drizzle-orm'
import { z } from 'zod'

import { assertMay, type Actor } from '../../kernel/actor.ts'
import type { Db } from '../db/client.ts'
import { decodeCursor, toPage, type Page, type PageQuery } from '../http/pagination.ts'
import { runFromRow, type Run, type RunState } from './run.ts'
import { runs } from './schema.ts'

export type ListRuns = PageQuery & { actor: Actor; state?: RunState; subjectId?: string }

/** Runs of the actor's workspace, newest first. */
export async function listRuns(db: Db, input: ListRuns): Promise<Page<Run>> {
  assertMay(input.actor, 'runs.read')
  const before = decodeCursor(z.string(), input.cursor)
  const rows = await db
    .select()
    .from(runs)
    .where(
      and(
        eq(runs.workspaceId, input.actor.workspaceId),
        input.state ? eq(runs.state, input.state) : undefined,
        input.subjectId ? eq(runs.subjectId, input.subjectId) : undefined,
        before ? lt(runs.id, before) : undefined,
      ),
    )
    // Ids begin with their time of creation.
    .orderBy(desc(runs.id))
    .limit(input.limit + 1)
  const page = toPage(rows, input.limit, (row) => row.id)
  return { ...page, items: page.items.map(runFromRow) }
}
