import type { SettingKey, SettingValue } from './definitions.ts'
import { loadStored, resolveSetting, type SettingsDeps } from './resolve-setting.ts'

/** What counts for a setting in a workspace right now. For the product's own use: asks no permission. */
export async function readSetting<Key extends SettingKey>(
  deps: SettingsDeps,
  workspaceId: string,
  key: Key,
): Promise<SettingValue<Key>> {
  const stored = await loadStored(deps.db, workspaceId, key)
  return resolveSetting(key, stored, deps.config).value as SettingValue<Key>
}

/** Several at once, with one query. */
export async function readSettings<const Keys extends readonly SettingKey[]>(
  deps: SettingsDeps,
  workspaceId: string,
  keys: Keys,
): Promise<{ [Key in Keys[number]]: SettingValue<Key> }> {
  const stored = await loadStored(deps.db, workspaceId)
  const entries = keys.map((key) => [key, resolveSetting(key, stored, deps.config).value])
  return Object.fromEntries(entries) as { [Key in Keys[number]]: SettingValue<Key> }
}
