import { stringify } from 'yaml'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { settingKeys } from './definitions.ts'
import { rowOf } from './resolve-setting.ts'
import { fileVersion, type SettingDocument } from './setting-file.ts'
import { convertedValue, environmentOf, loadStored, type SettingsDeps } from './stored-settings.ts'

/**
 * What the workspace and its topics have set, as YAML in the format of the configuration file: it can be imported
 * elsewhere or kept as `creatorops.config.yaml`. Values of other layers and secrets are never in it.
 */
export async function exportSettings(deps: SettingsDeps, input: { actor: Actor }): Promise<string> {
  assertMay(input.actor, 'settings.read')
  const stored = await loadStored(deps, input.actor.workspaceId)
  const valuesOf = (topic?: string): Record<string, unknown> =>
    Object.fromEntries(
      settingKeys.flatMap((key) => {
        const row = rowOf(key, topic === undefined ? 'workspace' : 'topic', { stored, topic })
        if (!row || row.value === null) return []
        return [[key, convertedValue(key, row.storedKey, row.value)]]
      }),
    )
  const topics = [...new Set(stored.map((row) => row.topic))].filter((topic) => topic !== '').sort()
  const document: SettingDocument = {
    version: fileVersion,
    settings: valuesOf(),
    environments: {},
    topics: Object.fromEntries(
      topics.map((topic) => [topic, valuesOf(topic)]).filter(([, values]) => Object.keys(values!).length > 0),
    ),
  }
  const { environments: _, ...parts } = document
  return `# Settings of one workspace (${environmentOf(deps.config)})\n${stringify(parts)}`
}
