import type { SettingKey, SettingValue } from './definitions.ts'
import { resolveSetting, type SettingView } from './resolve-setting.ts'
import { loadStored, type SettingsDeps } from './stored-settings.ts'

export type ReadOptions = {
  /** The topic that the work is for; its own values count before the workspace's. */
  topic?: string | undefined
}

/** What counts for a setting in a workspace right now. For the product's own use: asks no permission. */
export async function readSetting<Key extends SettingKey>(
  deps: SettingsDeps,
  workspaceId: string,
  key: Key,
  options: ReadOptions = {},
): Promise<SettingValue<Key>> {
  return (await valuesOf(deps, workspaceId, [key], options))[0] as SettingValue<Key>
}

/** Several at once, with one query at most. */
export async function readSettings<const Keys extends readonly SettingKey[]>(
  deps: SettingsDeps,
  workspaceId: string,
  keys: Keys,
  options: ReadOptions = {},
): Promise<{ [Key in Keys[number]]: SettingValue<Key> }> {
  const values = await valuesOf(deps, workspaceId, keys, options)
  return Object.fromEntries(keys.map((key, at) => [key, values[at]])) as {
    [Key in Keys[number]]: SettingValue<Key>
  }
}

async function valuesOf(
  deps: SettingsDeps,
  workspaceId: string,
  keys: readonly SettingKey[],
  { topic }: ReadOptions,
): Promise<unknown[]> {
  const cache = deps.settingSources?.cache
  if (!cache) {
    const only = keys.length === 1 ? keys[0] : undefined
    const view: SettingView = { ...deps, topic, stored: await loadStored(deps, workspaceId, only) }
    return keys.map((key) => resolveSetting(key, view).value)
  }
  const { stored, values } = cache.peek(workspaceId) ?? (await cache.get(workspaceId))
  return keys.map((key) => {
    const place = topic === undefined ? key : `${topic} ${key}`
    if (!values.has(place)) values.set(place, resolveSetting(key, { ...deps, topic, stored }).value)
    return values.get(place)
  })
}
