import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { staleUpdate } from '../../platform/http/etag.ts'
import { recordAudit } from '../audit/index.ts'
import { type CostImpact, costImpact, type VideoPrices } from './cost-impact.ts'
import { diffValues } from './diff-values.ts'
import { knownKey } from './explain-setting.ts'
import { assertTogether, planChange, type PlannedChange } from './plan-change.ts'
import { resolveSetting, rowOf } from './resolve-setting.ts'
import { settingVersions } from './schema.ts'
import type { SettingExplanation, StoredLayer } from './setting.ts'
import { loadStored, type SettingsDeps } from './stored-settings.ts'
import { assertTopic } from './topics/find-topic.ts'

export type SetSettingDeps = SettingsDeps & { now?: () => Date }

/** `prices` tell what a change costs; without them no estimate is shown. */
export type PlanSettingDeps = SetSettingDeps & { prices?: VideoPrices | undefined }

export type SetSetting = {
  actor: Actor
  key: string
  /** Null takes the value away, so that the layer below counts again. */
  value: unknown
  reason: string
  /** Default: the topic's when one is given, else the workspace's. The deployment's needs `installation.write`. */
  layer?: StoredLayer | undefined
  topic?: string | undefined
  /** Version of the layer that the change was made on (0 = never set). Without it the current one. */
  version?: number | undefined
  /** The version whose value this brings back. */
  rolledBackTo?: number | undefined
}

/** What counts before and after a change, and what that does to the cost of a video where it does. */
export type SettingChange = {
  before: SettingExplanation
  after: SettingExplanation
  impact: CostImpact | null
}

/** Adds a version to a layer, with author and reason. Two changes on the same version: the second is refused. */
export async function setSetting(deps: SetSettingDeps, input: SetSetting): Promise<SettingExplanation> {
  const { actor, topic } = input
  const layer = input.layer ?? (topic === undefined ? 'workspace' : 'topic')
  const key = knownKey(input.key)
  if (topic !== undefined) await assertTopic(deps, { workspaceId: actor.workspaceId, topic })
  const changed = await deps.db.transaction(async (tx) => {
    const inside = { ...deps, db: tx }
    const stored = await loadStored(inside, actor.workspaceId)
    const at = deps.now?.() ?? new Date()
    const plan = planChange(deps, stored, { ...input, key, layer, topic }, at)
    const current = plan.row.version - 1
    const yours = input.version ?? current
    if (yours !== current) throw staleUpdate({ yours, current, resource: plan.before })
    assertTogether(deps, plan.stored)
    if (await addVersion(tx, actor, plan, layer)) return plan.after
    // The key of the table decided between two that changed the same version at once.
    const after = await loadStored(inside, actor.workspaceId, key)
    const resource = resolveSetting(key, { ...deps, stored: after, topic })
    throw staleUpdate({ yours, current: rowOf(key, layer, { stored: after, topic })?.version ?? 0, resource })
  })
  forgetCached(deps, actor.workspaceId, layer)
  return changed
}

/** What `setSetting` would do, with every check, and nothing done. */
export async function planSetting(
  deps: PlanSettingDeps,
  input: Omit<SetSetting, 'reason' | 'version' | 'rolledBackTo'>,
): Promise<SettingChange> {
  const { actor, topic } = input
  const { workspaceId } = actor
  const layer = input.layer ?? (topic === undefined ? 'workspace' : 'topic')
  if (topic !== undefined) await assertTopic(deps, { workspaceId, topic })
  const stored = await loadStored(deps, workspaceId)
  const change = { ...input, key: knownKey(input.key), layer, topic, reason: '' }
  const plan = planChange(deps, stored, change, deps.now?.() ?? new Date())
  assertTogether(deps, plan.stored)
  const { before, after } = plan
  const impact =
    deps.prices && after.changesCost
      ? await costImpact(
          deps.prices,
          workspaceId,
          { ...deps, topic, stored },
          { ...deps, topic, stored: plan.stored },
        )
      : null
  return { before, after, impact }
}

/** Writes a planned change with its event and its line in the trail. False when someone else was faster. */
export async function addVersion(
  tx: Db,
  actor: Actor,
  { row, before, after }: PlannedChange,
  layer: StoredLayer,
): Promise<boolean> {
  const { storedKey: _, ...values } = row
  const made = await tx
    .insert(settingVersions)
    .values(values)
    .onConflictDoNothing()
    .returning({ version: settingVersions.version })
  if (made.length === 0) return false
  const { key, topic, value, version, reason, rolledBackTo, changedAt } = row
  const place = topic === '' ? { layer } : { layer, topic }
  await publishEvent(tx, {
    type: 'setting.changed',
    workspaceId: actor.workspaceId,
    subjectId: key,
    data: { ...place, value: after.value },
  })
  await recordAudit(tx, {
    actor,
    action: rolledBackTo === null ? 'setting.changed' : 'setting.rolledBack',
    subjectId: key,
    detail: {
      ...place,
      value,
      reason,
      version,
      diff: diffValues(layerOf(before, layer), value),
      ...(rolledBackTo === null ? {} : { rolledBackTo }),
    },
    at: changedAt,
  })
  return true
}

function layerOf(setting: SettingExplanation, layer: StoredLayer): unknown {
  return setting.layers.find((one) => one.layer === layer)?.value ?? null
}

/** This process must not answer with the old value; the others hear the event. */
export function forgetCached(deps: SettingsDeps, workspaceId: string, layer: StoredLayer): void {
  deps.settingSources?.cache?.forget(layer === 'deployment' ? '*' : workspaceId)
}
