import { and, desc, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { nearestName } from '../../kernel/text.ts'
import type { Db } from '../../platform/db/client.ts'
import { flagErrors } from './errors.ts'
import type { Flag, FlagVersion } from './flag.ts'
import { loadFlags, loadUses, readDefinition, settlePast, type StoredFlag } from './load-flags.ts'
import { flagVersions } from './schema.ts'

export type FlagDeps = { db: Db; now?: () => Date }

/** Every flag of the actor's workspace, by key. */
export async function listFlags(deps: FlagDeps, input: { actor: Actor }): Promise<Flag[]> {
  assertMay(input.actor, 'flags.read')
  const { workspaceId } = input.actor
  const stored = await loadFlags(deps.db, workspaceId)
  const uses = await loadUses(
    deps.db,
    workspaceId,
    stored.map(({ key }) => key),
  )
  const now = deps.now?.() ?? new Date()
  return stored.map((flag) => toFlag(flag, uses.get(flag.key), now))
}

/** One flag; `flags.notFound` names the nearest that exists. */
export async function getFlag(deps: FlagDeps, input: { actor: Actor; key: string }): Promise<Flag> {
  const flags = await listFlags(deps, input)
  const flag = flags.find(({ key }) => key === input.key)
  if (flag) return flag
  const near = nearestName(
    input.key,
    flags.map(({ key }) => key),
  )
  throw flagErrors.notFound(`There is no flag "${input.key}".${near ? ` Did you mean "${near}"?` : ''}`)
}

/** The last hundred forms of a flag, newest first, those of one that was removed included. */
export async function listFlagVersions(
  deps: FlagDeps,
  input: { actor: Actor; key: string },
): Promise<FlagVersion[]> {
  assertMay(input.actor, 'flags.read')
  const rows = await deps.db
    .select()
    .from(flagVersions)
    .where(and(eq(flagVersions.workspaceId, input.actor.workspaceId), eq(flagVersions.key, input.key)))
    .orderBy(desc(flagVersions.version))
    .limit(100)
  if (rows.length === 0) await getFlag(deps, input)
  return rows.map((row) => ({
    version: row.version,
    definition: readDefinition(row.definition) ?? null,
    changedBy: row.changedBy,
    changedAt: row.changedAt.toISOString(),
    reason: row.reason,
  }))
}

/** A stored flag as callers see it: as it is at this moment, with only the future in its schedule. */
export function toFlag(stored: StoredFlag, lastUsedAt: Date | undefined, now: Date): Flag {
  const { definition, changedAt, ...rest } = stored
  return {
    ...settlePast(definition, now),
    ...rest,
    changedAt: changedAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  }
}
