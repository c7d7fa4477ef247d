import { and, desc, eq, inArray } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { nearestName } from '../../kernel/text.ts'
import { isSettingKey, type SettingKey, settingKeys } from './definitions.ts'
import { settingErrors } from './errors.ts'
import { deploymentScope, loadStored, resolveSetting, type SettingsDeps } from './resolve-setting.ts'
import { settingVersions } from './schema.ts'
import type { Setting, SettingExplanation, SettingVersion } from './setting.ts'

/** Every setting with what counts in the actor's workspace. */
export async function listSettings(deps: SettingsDeps, input: { actor: Actor }): Promise<Setting[]> {
  assertMay(input.actor, 'settings.read')
  const stored = await loadStored(deps.db, input.actor.workspaceId)
  return settingKeys.map((key) => {
    const { layers: _layers, cappedAt: _cappedAt, ...setting } = resolveSetting(key, stored, deps.config)
    return setting
  })
}

/** Why a setting has the value it has: every layer, who set it and for what reason. */
export async function explainSetting(
  deps: SettingsDeps,
  input: { actor: Actor; key: string },
): Promise<SettingExplanation> {
  assertMay(input.actor, 'settings.read')
  const key = knownKey(input.key)
  return resolveSetting(key, await loadStored(deps.db, input.actor.workspaceId, key), deps.config)
}

/** The last hundred changes of a setting that counted for the actor's workspace, newest first. */
export async function listSettingVersions(
  deps: Pick<SettingsDeps, 'db'>,
  input: { actor: Actor; key: string },
): Promise<SettingVersion[]> {
  assertMay(input.actor, 'settings.read')
  const rows = await deps.db
    .select()
    .from(settingVersions)
    .where(
      and(
        inArray(settingVersions.workspaceId, [input.actor.workspaceId, deploymentScope]),
        eq(settingVersions.key, knownKey(input.key)),
      ),
    )
    .orderBy(desc(settingVersions.changedAt), desc(settingVersions.version))
    .limit(100)
  return rows.map(({ workspaceId, version, value, changedBy, changedAt, reason }) => ({
    version,
    layer: workspaceId === deploymentScope ? 'deployment' : 'workspace',
    value: value as number | null,
    changedBy,
    changedAt: changedAt.toISOString(),
    reason,
  }))
}

/** The key when it is one; otherwise `settings.unknown`, with the nearest that is. */
export function knownKey(key: string): SettingKey {
  if (isSettingKey(key)) return key
  const near = nearestName(key, settingKeys)
  throw settingErrors.unknown(`There is no setting "${key}".${near ? ` Did you mean "${near}"?` : ''}`)
}
