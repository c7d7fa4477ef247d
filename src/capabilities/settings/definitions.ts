import type { z } from 'zod'
import { settingPrefix } from '../../platform/config/settings-variables.ts'
import type { SettingDefinition } from './definition.ts'
import { recordingSettings } from './definitions/recordings.ts'
import { videoSettings } from './definitions/videos.ts'
import { workspaceSettings } from './definitions/workspace.ts'

/**
 * Every setting there is, by area. Another area is a file in `definitions/` and a line here; a row appears when
 * something reads it, not before.
 */
export const settings = {
  ...recordingSettings,
  ...videoSettings,
  ...workspaceSettings,
} as const

export type SettingKey = keyof typeof settings
export type SettingValue<Key extends SettingKey> = z.infer<(typeof settings)[Key]['schema']>

export const settingKeys = Object.keys(settings) as SettingKey[]

/** A setting as the product itself sees it, whatever its type. */
export function definitionOf(key: SettingKey): SettingDefinition {
  return settings[key] as SettingDefinition
}

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settings, key)
}

const formerKeys = new Map(
  settingKeys.flatMap((key) => definitionOf(key).formerNames.map(({ name }) => [name, key] as const)),
)

/** Today's key for a key or a former name of one; undefined when there is no such setting. */
export function currentKey(name: string): SettingKey | undefined {
  return isSettingKey(name) ? name : formerKeys.get(name)
}

/** A key and every name it had: what its rows and lines may be stored under. */
export function namesOf(key: SettingKey): string[] {
  return [key, ...definitionOf(key).formerNames.map(({ name }) => name)]
}

/** The environment variable of a setting: `clips.minMs` is `CREATOROPS_SETTING_CLIPS_MIN_MS`, unless it has one of its own. */
export function variableOf(key: SettingKey): string {
  const own = definitionOf(key).environment?.variable
  if (own !== undefined) return own
  const words = key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll('.', '_')
  return `${settingPrefix}${words.toUpperCase()}`
}
