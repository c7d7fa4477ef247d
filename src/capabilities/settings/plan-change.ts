import { type Actor, accessErrors, assertMay } from '../../kernel/actor.ts'
import { definitionOf, type SettingKey } from './definitions.ts'
import { settingErrors } from './errors.ts'
import { resolveSetting, rowOf } from './resolve-setting.ts'
import { environmentValue } from './setting-variables.ts'
import type { SettingExplanation, StoredLayer } from './setting.ts'
import { deploymentScope, environmentOf, type SettingsDeps, type StoredValue } from './stored-settings.ts'

export type Change = {
  actor: Actor
  key: SettingKey
  /** Null takes the value away, so that the layer below counts again. */
  value: unknown
  reason: string
  layer: StoredLayer
  /** Given exactly when the layer is `topic`. */
  topic?: string | undefined
  rolledBackTo?: number | undefined
}

/** A change worked out but not made: the row it would add, and what counts before and after it. */
export type PlannedChange = {
  row: StoredValue
  /** Everything stored, as it would be. */
  stored: StoredValue[]
  before: SettingExplanation
  after: SettingExplanation
}

/** Who may change what in which layer, and what would come of it. Pure; `stored` is what the workspace has now. */
export function planChange(
  deps: Pick<SettingsDeps, 'config' | 'settingSources'>,
  stored: readonly StoredValue[],
  change: Change,
  at: Date,
): PlannedChange {
  const { actor, key, layer, reason } = change
  const topic = layer === 'topic' ? change.topic : undefined
  assertMayChange(change)
  const value = checkedValue(key, change.value, deps)
  const current = rowOf(key, layer, { stored, topic })
  const row: StoredValue = {
    environment: environmentOf(deps.config),
    workspaceId: layer === 'deployment' ? deploymentScope : actor.workspaceId,
    topic: topic ?? '',
    key,
    storedKey: key,
    version: (current?.version ?? 0) + 1,
    value,
    changedBy: actor.id,
    reason,
    rolledBackTo: change.rolledBackTo ?? null,
    changedAt: at,
  }
  const after = [...stored.filter((other) => other !== current), row]
  const view = { ...deps, topic }
  return {
    row,
    stored: after,
    before: resolveSetting(key, { ...view, stored }),
    after: resolveSetting(key, { ...view, stored: after }),
  }
}

function assertMayChange({ actor, key, layer, topic }: Change): void {
  const { permission, isPerTopic } = definitionOf(key)
  // A topic's own values belong to those who write topics.
  assertMay(actor, layer === 'topic' && permission === 'settings.write' ? 'topics.write' : permission)
  if (layer === 'deployment' && actor.kind !== 'system' && !actor.permissions.has('installation.write')) {
    throw accessErrors.forbidden(
      'A value for the whole deployment is set with the command line on its own machine, not from inside a workspace.',
    )
  }
  if ((layer === 'topic') !== (topic !== undefined)) {
    throw settingErrors.wrongLayer('A value for a topic needs the topic, and no other layer has one.')
  }
  if (layer === 'topic' && !isPerTopic)
    throw settingErrors.wrongLayer(`${key} is the same for every topic; set it for the workspace.`)
}

/** The value as the setting takes it; `settings.invalid` with the rule it breaks otherwise. */
function checkedValue(key: SettingKey, value: unknown, deps: Pick<SettingsDeps, 'config'>): unknown {
  if (value === null) return null
  const definition = definitionOf(key)
  const parsed = definition.schema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const place = issue?.path.length ? ` (${issue.path.join('.')})` : ''
    throw settingErrors.invalid(`${key}${place} ${issue?.message ?? 'is not valid'}.`)
  }
  const cap = definition.isCapped ? environmentValue(key, deps.config) : undefined
  if (typeof cap === 'number' && (parsed.data as number) > cap) {
    const limit = `${definition.environment?.variable} allows ${cap} ${definition.unit} at most`
    throw settingErrors.invalid(`${key} cannot be ${String(parsed.data)}: ${limit}.`, {
      detail: { max: cap },
    })
  }
  return parsed.data
}

const pairs: ReadonlyArray<{ low: SettingKey; high: SettingKey; mayBeEqual: boolean }> = [
  { low: 'clips.minMs', high: 'clips.maxMs', mayBeEqual: false },
  { low: 'videos.minSeconds', high: 'videos.maxSeconds', mayBeEqual: true },
  { low: 'shorts.minSeconds', high: 'shorts.maxSeconds', mayBeEqual: true },
]

/** Rules that hold between settings, checked on what would count: for the workspace and for every topic with values. */
export function assertTogether(
  deps: Pick<SettingsDeps, 'config' | 'settingSources'>,
  stored: readonly StoredValue[],
): void {
  const topics = new Set(stored.map((row) => row.topic || undefined))
  for (const topic of new Set([undefined, ...topics])) {
    const valueOf = (key: SettingKey) => resolveSetting(key, { ...deps, stored, topic }).value as number
    for (const { low, high, mayBeEqual } of pairs) {
      const [least, most] = [valueOf(low), valueOf(high)]
      if (least < most || (mayBeEqual && least === most)) continue
      const place = topic === undefined ? '' : ` for the topic ${topic}`
      const rule = mayBeEqual ? 'cannot be more than' : 'must be less than'
      throw settingErrors.invalid(`${low} ${rule} ${high}${place}; change the other one first.`)
    }
  }
}
