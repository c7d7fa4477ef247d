import { type Actor, accessErrors, assertMay } from '../../kernel/actor.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { staleUpdate } from '../../platform/http/etag.ts'
import { recordAudit } from '../audit/index.ts'
import { type SettingDefinition, type SettingKey, settings } from './definitions.ts'
import { settingErrors } from './errors.ts'
import { knownKey } from './explain-setting.ts'
import { deploymentScope, loadStored, resolveSetting, type SettingsDeps } from './resolve-setting.ts'
import { settingVersions } from './schema.ts'
import type { SettingExplanation, StoredLayer } from './setting.ts'

export type SetSetting = {
  actor: Actor
  key: string
  /** Null takes the value away, so that the layer below counts again. */
  value: unknown
  reason: string
  /** Default: the actor's workspace. The whole deployment is only for the product's own start-up and tools. */
  layer?: StoredLayer
  /** Version of the layer that the change was made on (0 = never set). Without it the current one. */
  version?: number
}

/** Adds a version to a layer, with author and reason. Two changes on the same version: the second is refused. */
export async function setSetting(
  deps: SettingsDeps & { now?: () => Date },
  input: SetSetting,
): Promise<SettingExplanation> {
  const { actor } = input
  const layer = input.layer ?? 'workspace'
  assertMay(actor, 'settings.write')
  if (layer === 'deployment' && actor.kind !== 'system') {
    throw accessErrors.forbidden('A value for the whole deployment cannot be set from inside a workspace.')
  }
  const key = knownKey(input.key)
  const value = checkedValue(key, input.value, deps)
  const scope = layer === 'deployment' ? deploymentScope : actor.workspaceId

  return deps.db.transaction(async (tx) => {
    const stored = await loadStored(tx, actor.workspaceId, key)
    const current = stored.find((row) => row.workspaceId === scope)?.version ?? 0
    const version = input.version ?? current
    const row = {
      workspaceId: scope,
      key,
      version: version + 1,
      value,
      changedBy: actor.id,
      reason: input.reason,
    }
    const changedAt = deps.now?.() ?? new Date()
    // The key of the table decides between two that change the same version at once.
    const made =
      version === current
        ? await tx
            .insert(settingVersions)
            .values({ ...row, changedAt })
            .onConflictDoNothing()
            .returning()
        : []
    const after = await loadStored(tx, actor.workspaceId)
    const explanation = resolveSetting(key, after, deps.config)
    if (made.length === 0) {
      const latest = after.find((row) => row.workspaceId === scope && row.key === key)?.version ?? 0
      throw staleUpdate({ yours: version, current: latest, resource: explanation })
    }
    assertTogether(after, deps)
    await publishEvent(tx, {
      type: 'setting.changed',
      workspaceId: actor.workspaceId,
      subjectId: key,
      data: { layer, value: explanation.value },
    })
    const detail = { layer, value, reason: input.reason, version: version + 1 }
    await recordAudit(tx, { actor, action: 'setting.changed', subjectId: key, detail, at: changedAt })
    return explanation
  })
}

function checkedValue(key: SettingKey, value: unknown, deps: SettingsDeps): number | null {
  if (value === null) return null
  const definition: SettingDefinition = settings[key]
  const parsed = definition.schema.safeParse(value)
  if (!parsed.success)
    throw settingErrors.invalid(`${key} ${parsed.error.issues[0]?.message ?? 'is not valid'}.`)
  const cap = definition.isCapped ? definition.environment?.read(deps.config) : undefined
  if (cap !== undefined && parsed.data > cap) {
    const limit = `${definition.environment?.variable} allows ${cap} ${definition.unit} at most`
    throw settingErrors.invalid(`${key} cannot be ${parsed.data}: ${limit}.`, { detail: { max: cap } })
  }
  return parsed.data
}

/** Rules that hold between settings, checked on what counts after the change. */
function assertTogether(stored: Awaited<ReturnType<typeof loadStored>>, deps: SettingsDeps): void {
  const valueOf = (key: SettingKey) => resolveSetting(key, stored, deps.config).value
  if (valueOf('clips.minMs') >= valueOf('clips.maxMs')) {
    throw settingErrors.invalid('clips.minMs must be less than clips.maxMs; change the other one first.')
  }
}
