import { and, desc, eq, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { newId } from '../../../kernel/ids.ts'
import { nearestName } from '../../../kernel/text.ts'
import type { Db } from '../../../platform/db/client.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { staleUpdate } from '../../../platform/http/etag.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../../platform/http/pagination.ts'
import { recordAudit } from '../../audit/index.ts'
import { experimentErrors } from '../errors.ts'
import { experiments } from '../schema.ts'
import { checkExperiment, checkExperimentKey } from './check-experiment.ts'
import type { Experiment, ExperimentState } from './experiment.ts'

export type ExperimentDeps = { db: Db; now?: () => Date }
export type ExperimentRow = typeof experiments.$inferSelect

/** Experiments of the actor's workspace, newest first. */
export async function listExperiments(
  deps: ExperimentDeps,
  input: PageQuery & { actor: Actor; state?: ExperimentState },
): Promise<Page<Experiment>> {
  assertMay(input.actor, 'experiments.read')
  const before = decodeCursor(z.string(), input.cursor)
  const rows = await deps.db
    .select()
    .from(experiments)
    .where(
      and(
        eq(experiments.workspaceId, input.actor.workspaceId),
        input.state ? eq(experiments.state, input.state) : undefined,
        before ? lt(experiments.id, before) : undefined,
      ),
    )
    .orderBy(desc(experiments.id))
    .limit(input.limit + 1)
  const page = toPage(rows, input.limit, (row) => row.id)
  return { ...page, items: page.items.map(toExperiment) }
}

/** One experiment by its key; `experiments.notFound` names the nearest that exists. */
export async function getExperiment(
  deps: ExperimentDeps,
  input: { actor: Actor; key: string },
): Promise<Experiment> {
  assertMay(input.actor, 'experiments.read')
  return toExperiment(await findExperiment(deps.db, input.actor.workspaceId, input.key))
}

export async function findExperiment(db: Db, workspaceId: string, key: string): Promise<ExperimentRow> {
  const [row] = await db
    .select()
    .from(experiments)
    .where(and(eq(experiments.workspaceId, workspaceId), eq(experiments.key, key)))
  if (row) return row
  const known = await db
    .select({ key: experiments.key })
    .from(experiments)
    .where(eq(experiments.workspaceId, workspaceId))
    .limit(1_000)
  const near = nearestName(
    key,
    known.map((each) => each.key),
  )
  throw experimentErrors.notFound(`There is no experiment "${key}".${near ? ` Did you mean "${near}"?` : ''}`)
}

/** Plans an experiment. It gives out nothing until it is started. */
export async function createExperiment(
  deps: ExperimentDeps & { newExperimentId?: () => string },
  input: { actor: Actor; key: string; definition: unknown },
): Promise<Experiment> {
  const { actor } = input
  assertMay(actor, 'experiments.write')
  const key = checkExperimentKey(input.key)
  const definition = checkExperiment(input.definition)
  const at = deps.now?.() ?? new Date()
  return deps.db.transaction(async (tx) => {
    const [row] = await tx
      .insert(experiments)
      .values({
        id: deps.newExperimentId?.() ?? newId('exp'),
        workspaceId: actor.workspaceId,
        key,
        state: 'draft',
        flagKey: definition.flagKey,
        definition,
        version: 1,
        createdBy: actor.id,
        createdAt: at,
        updatedAt: at,
      })
      .onConflictDoNothing({ target: [experiments.workspaceId, experiments.key] })
      .returning()
    if (!row) throw experimentErrors.exists(`There is already an experiment "${key}".`)
    await tell(tx, actor, row, 'experiment.created')
    return toExperiment(row)
  })
}

/** Changes the plan of an experiment that has not been started. */
export async function updateExperiment(
  deps: ExperimentDeps,
  input: { actor: Actor; key: string; version: number; definition: unknown },
): Promise<Experiment> {
  assertMay(input.actor, 'experiments.write')
  const definition = checkExperiment(input.definition)
  return moveExperiment(deps, input, {
    action: 'experiment.changed',
    from: 'draft',
    set: () => ({ definition, flagKey: definition.flagKey }),
  })
}

type Move = {
  action: string
  from: ExperimentState
  set: (row: ExperimentRow, now: Date) => Partial<typeof experiments.$inferInsert>
  before?: (tx: Db, row: ExperimentRow) => Promise<void>
  detail?: Record<string, unknown>
}

/** One step of an experiment's life, on the version that the caller saw. */
export async function moveExperiment(
  deps: ExperimentDeps,
  input: { actor: Actor; key: string; version: number },
  move: Move,
): Promise<Experiment> {
  const { actor, key, version } = input
  const now = deps.now?.() ?? new Date()
  return deps.db.transaction(async (tx) => {
    const current = await findExperiment(tx, actor.workspaceId, key)
    if (current.version !== version) {
      throw staleUpdate({ yours: version, current: current.version, resource: toExperiment(current) })
    }
    if (current.state !== move.from) {
      throw experimentErrors.wrongState(
        `"${key}" is ${current.state}; this is only for one that is ${move.from}.`,
      )
    }
    await move.before?.(tx, current)
    const [row] = await tx
      .update(experiments)
      .set({ ...move.set(current, now), version: sql`${experiments.version} + 1`, updatedAt: now })
      .where(and(eq(experiments.id, current.id), eq(experiments.version, version)))
      .returning()
    if (!row) {
      const winner = await findExperiment(tx, actor.workspaceId, key)
      throw staleUpdate({ yours: version, current: winner.version, resource: toExperiment(winner) })
    }
    await tell(tx, actor, row, move.action, move.detail)
    return toExperiment(row)
  })
}

async function tell(
  tx: Db,
  actor: Actor,
  row: ExperimentRow,
  action: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  const { workspaceId, key, state, version } = row
  await publishEvent(tx, { type: action, workspaceId, subjectId: key, data: { state, version, ...detail } })
  await recordAudit(tx, {
    actor,
    action,
    subjectId: key,
    detail: { state, version, ...detail },
    at: row.updatedAt,
  })
}

/** A row as callers see it. */
export function toExperiment(row: ExperimentRow): Experiment {
  const { id, key, state, version, createdBy, stopReason } = row
  return {
    ...row.definition,
    id,
    key,
    state,
    version,
    createdBy,
    stopReason,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    stoppedAt: row.stoppedAt?.toISOString() ?? null,
  }
}
