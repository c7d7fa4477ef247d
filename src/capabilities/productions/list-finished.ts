import { and, eq, gte, lt } from 'drizzle-orm'
import { runs } from '../../platform/durable/schema.ts'
import type { ListResults } from '../costs/index.ts'
import type { ShowDeps } from './get-production.ts'
import { productions } from './schema.ts'

/** The productions of a workspace that ended well in a range of time, as results that money was spent on. */
export function finishedProductions(deps: Pick<ShowDeps, 'db'>): ListResults {
  return async (workspaceId, range) => {
    const rows = await deps.db
      .select({
        id: productions.id,
        title: productions.title,
        runId: productions.runId,
        facts: productions.facts,
        finishedAt: runs.finishedAt,
      })
      .from(productions)
      .innerJoin(runs, eq(runs.id, productions.runId))
      .where(
        and(
          eq(productions.workspaceId, workspaceId),
          eq(runs.state, 'succeeded'),
          gte(runs.finishedAt, range.from),
          lt(runs.finishedAt, range.to),
        ),
      )
      .limit(1_000)
    return rows.map(({ id, title, runId, facts, finishedAt }) => ({
      kind: 'video' as const,
      id,
      title,
      finishedAt: finishedAt!,
      subjectIds: [runId, ...(facts.clipIds ?? [])],
    }))
  }
}
