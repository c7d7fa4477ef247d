import { and, eq, inArray } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { definitionOf, namesOf } from './definitions.ts'
import { settingErrors } from './errors.ts'
import { knownKey } from './explain-setting.ts'
import { settingVersions } from './schema.ts'
import { setSetting, type SetSettingDeps } from './set-setting.ts'
import type { SettingExplanation, StoredLayer } from './setting.ts'
import { convertedValue, deploymentScope, environmentOf } from './stored-settings.ts'

export type RollbackSetting = {
  actor: Actor
  key: string
  /** The version whose value is wanted back; 0 is how it was before anyone set it. */
  toVersion: number
  reason: string
  layer?: StoredLayer | undefined
  topic?: string | undefined
  /** Version of the layer that the decision was made on. */
  version?: number | undefined
}

/**
 * Brings the value of an earlier version back, as a new version. Fails with `settings.schemaChanged` when this
 * release no longer takes that value, and with `settings.noVersion` when there never was one.
 */
export async function rollbackSetting(
  deps: SetSettingDeps,
  input: RollbackSetting,
): Promise<SettingExplanation> {
  const { actor, toVersion, topic } = input
  const key = knownKey(input.key)
  assertMay(actor, 'settings.read')
  const change = { ...input, key, rolledBackTo: toVersion }
  if (toVersion === 0) return setSetting(deps, { ...change, value: null })

  const layer = input.layer ?? (topic === undefined ? 'workspace' : 'topic')
  const [row] = await deps.db
    .select()
    .from(settingVersions)
    .where(
      and(
        eq(settingVersions.environment, environmentOf(deps.config)),
        eq(settingVersions.workspaceId, layer === 'deployment' ? deploymentScope : actor.workspaceId),
        eq(settingVersions.topic, topic ?? ''),
        inArray(settingVersions.key, namesOf(key)),
        eq(settingVersions.version, toVersion),
      ),
    )
  if (!row) throw settingErrors.noVersion(`${key} has no version ${toVersion} in the ${layer} layer.`)
  const value = convertedValue(key, row.key, row.value)
  const parsed = value === null ? undefined : definitionOf(key).schema.safeParse(value)
  if (parsed && !parsed.success) {
    const rule = parsed.error.issues[0]?.message ?? 'is not valid'
    throw settingErrors.schemaChanged(
      `Version ${toVersion} of ${key} cannot come back: what it was ${rule} today.`,
      { detail: { value: row.value, toVersion } },
    )
  }
  return setSetting(deps, { ...change, value: parsed ? parsed.data : null })
}
