import { type Actor, assertMay } from '../../kernel/actor.ts'
import { nearestName } from '../../kernel/text.ts'
import { currentKey, type SettingKey, settingKeys } from './definitions.ts'
import { settingErrors } from './errors.ts'
import { resolveSetting } from './resolve-setting.ts'
import type { Setting, SettingExplanation } from './setting.ts'
import { loadStored, type SettingsDeps } from './stored-settings.ts'
import { assertTopic } from './topics/find-topic.ts'

/** Every setting with what counts in the actor's workspace, or for one of its topics: then only those a topic may have. */
export async function listSettings(
  deps: SettingsDeps,
  input: { actor: Actor; topic?: string | undefined },
): Promise<Setting[]> {
  const { actor, topic } = input
  assertMay(actor, 'settings.read')
  if (topic !== undefined) await assertTopic(deps, { workspaceId: actor.workspaceId, topic })
  const stored = await loadStored(deps, actor.workspaceId)
  const all = settingKeys.map((key) => withoutWhy(resolveSetting(key, { ...deps, stored, topic })))
  return topic === undefined ? all : all.filter((setting) => setting.isPerTopic)
}

function withoutWhy(explanation: SettingExplanation): Setting {
  const {
    layers: _layers,
    cappedAt: _cappedAt,
    warnings: _warnings,
    topic: _topic,
    deploymentVersion: _deploymentVersion,
    ...setting
  } = explanation
  return setting
}

/** Why a setting has the value it has: every layer, who set it and for what reason. */
export async function explainSetting(
  deps: SettingsDeps,
  input: { actor: Actor; key: string; topic?: string | undefined },
): Promise<SettingExplanation> {
  const { actor, topic } = input
  assertMay(actor, 'settings.read')
  const key = knownKey(input.key)
  if (topic !== undefined) await assertTopic(deps, { workspaceId: actor.workspaceId, topic })
  const stored = await loadStored(deps, actor.workspaceId, key)
  const explanation = resolveSetting(key, { ...deps, stored, topic })
  const renamed = key === input.key ? [] : [`${input.key} is now called ${key}.`]
  return { ...explanation, warnings: [...renamed, ...explanation.warnings] }
}

/** Today's key for a key or a former name; otherwise `settings.unknown`, with the nearest that is. */
export function knownKey(name: string): SettingKey {
  const key = currentKey(name)
  if (key !== undefined) return key
  const near = nearestName(name, settingKeys)
  throw settingErrors.unknown(`There is no setting "${name}".${near ? ` Did you mean "${near}"?` : ''}`)
}
