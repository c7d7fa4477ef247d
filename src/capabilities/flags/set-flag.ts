import { type Actor, assertMay } from '../../kernel/actor.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { staleUpdate } from '../../platform/http/etag.ts'
import { recordAudit } from '../audit/index.ts'
import { checkFlag } from './check-flag.ts'
import { assertPrerequisites } from './compile-flags.ts'
import { flagErrors } from './errors.ts'
import { assertFlagFree } from './experiments/running-experiments.ts'
import { type Flag, type FlagDefinition, flagKeySchema } from './flag.ts'
import { lastVersion, loadFlags, settlePast } from './load-flags.ts'
import { type FlagDeps, getFlag } from './read-flags.ts'
import { flagVersions } from './schema.ts'
import { shippedFlags } from './shipped-flags.ts'

export type SetFlag = {
  actor: Actor
  key: string
  definition: unknown
  reason: string
  /** The version that the change was made on. Without it the flag must be new. */
  version?: number
}

/**
 * Makes a flag or adds a version to it, with author and reason. Refuses lost updates, splits that do not add up,
 * prerequisites in a circle, and changes that would pull the ground from under a running experiment.
 */
export async function setFlag(deps: FlagDeps, input: SetFlag): Promise<Flag> {
  const { actor } = input
  assertMay(actor, 'flags.write')
  const now = deps.now?.() ?? new Date()
  const key = checkedKey(input.key)
  const wanted = startRollout(settlePast(checkFlag(input.definition), now), now)
  await deps.db.transaction(async (tx) => {
    const flags = await loadFlags(tx, actor.workspaceId)
    const current = flags.find((flag) => flag.key === key)
    if (input.version === undefined && current) {
      throw flagErrors.exists(`There is already a flag "${key}".`)
    }
    if (input.version !== undefined && !current) await getFlag({ db: tx }, { actor, key })
    if (current && current.definition.kind !== wanted.kind) {
      throw flagErrors.invalid(`"${key}" stays a ${current.definition.kind}: code that reads it expects one.`)
    }
    const others = flags.filter((flag) => flag.key !== key)
    assertPrerequisites([...others, { key, version: 0, definition: wanted }])
    await assertFlagFree(tx, { workspaceId: actor.workspaceId, key, definition: wanted })
    await addVersion(tx, { ...input, key, now, definition: wanted, isNew: !current })
  })
  return getFlag(deps, { actor: readerFor(actor), key })
}

/** Takes a flag away; one of the product goes back to how it was shipped. */
export async function removeFlag(
  deps: FlagDeps,
  input: { actor: Actor; key: string; version: number; reason: string },
): Promise<void> {
  const { actor, key } = input
  assertMay(actor, 'flags.write')
  const now = deps.now?.() ?? new Date()
  await getFlag(deps, { actor: readerFor(actor), key })
  await deps.db.transaction(async (tx) => {
    const flags = await loadFlags(tx, actor.workspaceId)
    const needing = flags.find(({ definition }) => definition.prerequisites.some(({ flag }) => flag === key))
    if (needing) throw flagErrors.needed(`"${needing.key}" needs "${key}".`)
    const shipped = shippedFlags[key]
    await assertFlagFree(tx, { workspaceId: actor.workspaceId, key, definition: shipped })
    await addVersion(tx, { ...input, now, definition: null, isNew: false })
  })
}

type NewVersion = {
  actor: Actor
  key: string
  definition: FlagDefinition | null
  reason: string
  version?: number
  now: Date
  isNew: boolean
}

async function addVersion(tx: FlagDeps['db'], change: NewVersion): Promise<void> {
  const { actor, key, definition, reason, now } = change
  const { workspaceId } = actor
  const current = await lastVersion(tx, workspaceId, key)
  const base = change.isNew ? current : (change.version ?? current)
  const row = { workspaceId, key, version: base + 1, definition, changedBy: actor.id, reason, changedAt: now }
  // The key of the table decides between two that change the same version at once.
  const made =
    base === current ? await tx.insert(flagVersions).values(row).onConflictDoNothing().returning() : []
  if (made.length === 0) {
    const resource = await getFlag({ db: tx, now: () => now }, { actor: readerFor(actor), key })
    throw staleUpdate({ yours: base, current: resource.version, resource })
  }
  const action = definition === null ? 'flag.removed' : change.isNew ? 'flag.created' : 'flag.changed'
  await publishEvent(tx, { type: action, workspaceId, subjectId: key, data: { version: base + 1 } })
  const detail = { version: base + 1, reason, isOn: definition?.isOn ?? null }
  await recordAudit(tx, { actor, action, subjectId: key, detail, at: now })
}

/** Whoever may change flags sees the one that was changed. */
export function readerFor(actor: Actor): Actor {
  return { ...actor, permissions: new Set([...actor.permissions, 'flags.read', 'experiments.read']) }
}

function startRollout(definition: FlagDefinition, now: Date): FlagDefinition {
  const { rollout } = definition
  if (!rollout || rollout.startedAt !== undefined) return definition
  return { ...definition, rollout: { ...rollout, startedAt: now.toISOString() } }
}

const reserved = new Set(['stale'])

function checkedKey(key: string): string {
  const parsed = flagKeySchema.safeParse(key)
  if (!parsed.success)
    throw flagErrors.invalid(`The key ${parsed.error.issues[0]?.message ?? 'is not valid'}.`)
  if (reserved.has(key)) throw flagErrors.invalid(`"${key}" is an address of the API and cannot be a flag.`)
  return parsed.data
}
